"""The state of a page: what its address says, and the names of its elements."""
