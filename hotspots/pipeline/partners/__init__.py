"""Partners: accounts of their own server, what is shared with them, their digest."""
