"""Words of problems, actions and plans, and the check of free text."""
