"""Controls of the question: filters, chips, presets, periods."""
