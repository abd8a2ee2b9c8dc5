"""Data: deliveries, rejects, completeness, backtests; people and the audit."""
