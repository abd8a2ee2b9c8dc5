"""Draft a city file from an agency's files: guesses, each with a comment that says what it stands on."""
