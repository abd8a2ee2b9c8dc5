"""Words of the pages: languages, formats, sentences."""
