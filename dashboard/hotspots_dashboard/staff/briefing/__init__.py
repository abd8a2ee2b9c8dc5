"""The Briefing: where cars go in a shift and why, on one screen and one printed page; ticks entered afterwards."""
