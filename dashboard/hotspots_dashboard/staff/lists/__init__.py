"""Lists: made and tried, issued with an owner and a review date, renewed, withdrawn."""
