"""Jobs of the desk: what may be asked, and the worker that does it."""
