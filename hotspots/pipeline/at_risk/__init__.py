"""Ranked lists of places at risk."""
