"""An agent-based simulation of the therapeutic (working) alliance in psychotherapy."""

__version__ = "0.1.0"
