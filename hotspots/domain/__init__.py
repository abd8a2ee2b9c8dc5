"""The words of the field: frozen dataclasses, no input or output."""
