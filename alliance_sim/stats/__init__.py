"""Arrays in, estimates out; knows no therapy."""
