"""Hot spots: one layer at a time over the city or a district, its legend in words, its zones as a list."""
