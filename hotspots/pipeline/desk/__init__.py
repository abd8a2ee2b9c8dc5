"""What the desk's pages do, without a page: lists of boxes, briefings, change."""
