"""The doors of the program: what `import alliance_sim` offers, and the same with progress for commands and scripts."""
