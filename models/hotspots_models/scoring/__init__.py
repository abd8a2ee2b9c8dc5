"""How good a forecast is: metrics, intervals, calibration."""
