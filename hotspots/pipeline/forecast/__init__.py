"""Forecasts and backtests of a city."""
