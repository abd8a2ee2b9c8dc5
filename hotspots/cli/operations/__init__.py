"""Commands that keep a deployment running, and what they say when the machine fails."""
