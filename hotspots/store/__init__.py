"""PostGIS: the only SQL and the only database driver of the service."""
