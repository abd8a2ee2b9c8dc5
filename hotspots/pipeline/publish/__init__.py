"""Publish what everyone may know, and erase what nobody may."""
