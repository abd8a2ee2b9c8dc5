"""The staff desk: pages behind the door, each registered with the permission that it needs."""
