"""Places: saved, named, owned, with their history and a card of what is known."""
