"""From a mapping and its tables to a clinic: every cell is read, named as not read, or refused with its line."""
