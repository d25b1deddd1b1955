"""Texts of a table and of its mapping: one spelling for what looks the same, and names for what no eye sees."""

import re
import unicodedata
from collections import Counter

_NAMES = {
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
    "\t": "tab",
    "\n": "line break",
    "\r": "line break",
}

_UNSEEN = ("Cf", "Cc", "Zs", "Zl", "Zp")
"""Categories of characters that leave no mark: format, control, blanks, ends of lines and paragraphs."""

_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")


def clean(text: str) -> str:
    r"""A text in composed characters (Unicode NFC), without blanks and invisible characters around it.

    >>> clean("\u200b id\u00a0") == "id", clean("e\u0301") == "\u00e9"
    (True, True)
    """
    if text.isascii():
        text = text.strip()
        return text if text.isprintable() else _stripped(text)
    return _stripped(unicodedata.normalize("NFC", text))


def _stripped(text: str) -> str:
    first, last = 0, len(text)
    while first < last and unicodedata.category(text[first]) in _UNSEEN:
        first += 1
    while last > first and unicodedata.category(text[last - 1]) in _UNSEEN:
        last -= 1
    return text[first:last]


def quoted(text: str, most: int = 60) -> str:
    r"""A text in quotation marks, with the names of characters in it that no eye sees.

    >>> quoted("a\u200bb"), quoted("a b")
    ('"ab" (with a zero-width space)', '"a b"')
    """
    hidden = Counter(_name(character) for character in text if _is_hidden(character))
    seen = "".join(character for character in text if not _is_hidden(character) or character.isspace())
    seen = " ".join(seen.split())
    seen = seen if len(seen) <= most else f"{seen[: most - 3]}..."
    named = [f"a {name}" if n == 1 else f"{n} of: {name}" for name, n in hidden.items()]
    return f'"{seen}"' + (f" (with {', '.join(named)})" if named else "")


def named(text: str) -> str:
    """A name as it is, or in quotation marks where it holds what no eye sees."""
    return quoted(text) if any(map(_is_hidden, text)) else text


def _is_hidden(character: str) -> bool:
    return character != " " and unicodedata.category(character) in _UNSEEN


def _name(character: str) -> str:
    known = _NAMES.get(character)
    if known:
        return known
    name = unicodedata.name(character, "").lower()
    return name or f"control character U+{ord(character):04X}"


def without_zeros(text: str) -> str:
    """A whole number without decimals that say nothing; any other text as it is.

    >>> without_zeros("1.0"), without_zeros("1,00"), without_zeros("T1.0")
    ('1', '1', 'T1.0')
    """
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def look(text: str) -> str:
    """What is left of a label when case, blanks, width, invisible characters, zeros before a number and ".0" do
    not count.

    >>> look("P 01") == look("p01"), look("1.0") == look("1"), look("P1") == look("P01")
    (True, True, False)
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = without_zeros("".join(c for c in wide if unicodedata.category(c) not in _UNSEEN))
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def squashed(text: str) -> str:
    """Letters and digits alone, without zeros before numbers: for names of columns that look the same.

    >>> squashed("PHQ-04 "), squashed("phq_item_5")
    ('phq4', 'phqitem5')
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return re.sub(r"(?<!\d)0+(?=\d)", "", kept)
