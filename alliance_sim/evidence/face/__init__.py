"""Face validity: what a clinician would look at first, computed from simulated clinics, with Monte-Carlo intervals."""
