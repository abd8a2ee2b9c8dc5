"""The forecast models behind one interface."""
