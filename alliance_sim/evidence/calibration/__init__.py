"""Calibration: a posterior of the free parameters, given the findings that may set them."""
