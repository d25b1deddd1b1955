"""Paths as they come in: from the command line, from Python and from configs, all by one rule."""

import os
from pathlib import Path

STDIN = Path("-")
"""A config that comes through a pipe."""


def home(path: Path | str) -> Path:
    """A path with `~` at its beginning expanded: every path goes through here once, where it comes in."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 (leaves a name alone that is no user's)
