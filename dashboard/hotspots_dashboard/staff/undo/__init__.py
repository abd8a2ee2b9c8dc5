"""Take back an own change; delete an own comment."""
