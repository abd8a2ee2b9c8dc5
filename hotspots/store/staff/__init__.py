"""Reads and writes of staff: forecasts, backtests, lists, the ledger as known on a day."""
