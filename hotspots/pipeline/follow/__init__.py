"""Follow a place: feeds, e-mail alerts, the printed sheet."""
