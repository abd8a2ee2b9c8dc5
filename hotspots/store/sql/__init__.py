"""The SQL files, composed statements and bulk writes."""
