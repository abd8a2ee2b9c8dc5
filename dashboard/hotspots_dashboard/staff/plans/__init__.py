"""Patrol plans on the desk."""
