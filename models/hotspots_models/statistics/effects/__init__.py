"""Did it work: designs, tests, placebos and power of the effect of an action."""
