"""Vector tiles of the map, from the tables and from incidents held in memory."""
