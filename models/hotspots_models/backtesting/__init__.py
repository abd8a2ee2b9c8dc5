"""Backtests on rolling origins, their scores, and the gate."""
