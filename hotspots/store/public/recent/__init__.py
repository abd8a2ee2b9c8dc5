"""The newest incidents, held in memory and counted there."""
