"""Place-based forecasting of reported incidents: arrays in, arrays out.

Start at :mod:`hotspots_models.base` (the words and the one interface) and :mod:`hotspots_models.registry` (the models by name).
"""
