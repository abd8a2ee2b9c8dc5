"""Concerns of residents: sealed, submitted, answered, told of."""
