"""The ledger (schemas raw and core): what the agency delivered and when it was known."""
