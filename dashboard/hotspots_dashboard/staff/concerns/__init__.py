"""Incoming: concerns of residents."""
