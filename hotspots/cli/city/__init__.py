"""Commands that bring a city's data: its feeds, and its city file."""
