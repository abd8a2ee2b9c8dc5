"""One verb a file: where words, data and mathematics meet."""
