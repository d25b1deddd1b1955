"""Pages for teaching: lessons are data, and every number in them comes from the engine."""
