"""Views saved by name, shared and followed."""
