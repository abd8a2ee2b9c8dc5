"""Places in the words of the field: shapes, names of streets, codes of areas, public points, what a search finds."""
