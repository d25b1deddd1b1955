"""Letters: what a stream cannot write is replaced, what steers a terminal is written out, names are compared."""

import codecs
import os
import sys
import unicodedata
from io import TextIOWrapper

_PAIRS = (
    '–- —- −- ‐- ‑- “" ”" „" ‘\' ’\' …... ±+/- ×x ·* •* →-> ←<- ≤<= ≥>= ≈~ ≠!= αalpha βbeta δdelta ρrho σsigma '
    "τtau πpi √sqrt ∞inf █# ━- ─- │| ╸- ╺- ßss æae ÆAE øo ØO œoe ŒOE łl ŁL"
)
"""Letters, and what is written for each."""

_PLAIN = {pair[0]: pair[1:] for pair in _PAIRS.split()} | dict.fromkeys("\u00a0\u202f\u2009", " ")
"""What is written for a letter that cannot be; for letters with accents, those without."""

_HANDLER = "alliance_sim.readable"


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Replacements for the letters that a stream cannot write, in ASCII, which all of them can."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if unicodedata.combining(letter):
        return ""
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii") or "?"


codecs.register_error(_HANDLER, _replaced)


def prepare_output() -> None:
    """Let stdout and stderr replace letters that they cannot write: nothing ends for a dash on a Windows code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def end_quietly() -> None:
    """Let nothing more be written to a pipe whose reader has left, such as `| head -1`, not even on leaving Python."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def visible(text: str, kept: str = "\n") -> str:
    r"""A text in which characters that steer a terminal are written out, but for those that are `kept`.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c in kept or not steers(c) else c.encode("unicode_escape").decode("ascii") for c in text)


def hidden(text: str, allowed: str) -> str:
    """The first character of a text that steers a terminal, but for those that are allowed; empty without one."""
    if text.isprintable():
        return ""
    return next((character for character in text if steers(character) and character not in allowed), "")


def steers(character: str) -> bool:
    """Whether a character is no letter but a command to a terminal, or turns the direction of what stands behind it."""
    return unicodedata.category(character) in ("Cc", "Cs") or character in _TURNS


_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"


def same(name: str, *, case: bool = False) -> str:
    """What a name looks like: letters composed, without blanks around it, and without case unless that counts.

    >>> same("Cafe\u0301 ") == same("café")
    True
    """
    looks = unicodedata.normalize("NFC", name).strip()
    return looks if case else looks.casefold()
