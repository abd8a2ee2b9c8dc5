"""The data interface of the public process: tiles, search, counts, rows, health. Mounted under ``/api``."""
