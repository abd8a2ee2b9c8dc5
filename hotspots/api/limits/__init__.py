"""Limits that stand before every route of a server: rate, size and time of a request, turns at work, and how an answer leaves."""
