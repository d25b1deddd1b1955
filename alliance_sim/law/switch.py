"""A mechanism that is either off or on."""

from enum import IntEnum


class Switch(IntEnum):
    """Off or on."""

    OFF = 0
    ON = 1
