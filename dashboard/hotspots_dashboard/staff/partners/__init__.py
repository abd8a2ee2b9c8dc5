"""Partners: what is shared with them, on the desk and on their own server."""
