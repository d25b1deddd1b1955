"""What follows from what in one hour: pure functions of floats, one file a stage."""
