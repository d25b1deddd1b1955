"""Questions: a question in a config, an answer with its uncertainty, its assumptions and a figure."""
