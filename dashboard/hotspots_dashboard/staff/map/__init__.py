"""The Map: the public map's own page over true points."""
