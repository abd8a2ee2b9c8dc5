"""Load a city's deliveries and map layers into the ledger."""
