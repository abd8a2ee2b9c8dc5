"""Forecasts and backtests: requests, settings, and what is stored and published of them."""
