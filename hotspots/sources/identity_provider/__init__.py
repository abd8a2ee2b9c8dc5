"""The agency's identity provider: the file that names it, and what it answers."""
