"""Analysts' statistics: change, patterns, concentration, effect."""
