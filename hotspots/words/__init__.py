"""Words in the languages of the readers."""
