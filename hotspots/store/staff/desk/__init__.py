"""Reads of the pages of the desk: places, lists, points, change, find."""
