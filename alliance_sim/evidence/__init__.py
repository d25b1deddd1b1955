"""The model against the literature: published findings, studies in silico, calibration."""
