"""Fetch what a city's feeds offer into the folder of deliveries."""
