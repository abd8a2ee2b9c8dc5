"""The work of the desk's pages, without a page: lists of boxes, briefings, change."""
