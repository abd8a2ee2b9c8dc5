"""Live feeds: what a portal or folder offers, written as plain files that `load` reads. The only HTTP of the service."""
