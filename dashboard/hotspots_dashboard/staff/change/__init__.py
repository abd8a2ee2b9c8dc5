"""Change: types by period, flags that hold, areas where something is flagged, and packets that reprint to the last digit."""
