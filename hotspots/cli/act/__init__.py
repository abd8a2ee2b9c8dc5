"""Commands of problems, actions, plans and remedies."""
