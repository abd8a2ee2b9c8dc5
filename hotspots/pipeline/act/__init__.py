"""Act and learn: problems, actions with a frozen design, patrol plans, and what they did."""
