"""What all questions share: their config, the runs, and the folder with the answer."""
