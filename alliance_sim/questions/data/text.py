"""Texts of a table and of its mapping: one spelling for what looks the same, names for what no eye sees, numbers."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_NAMES = {"\ufeff": "byte order mark", "\t": "tab", "\n": "line break", "\r": "line break"}

_UNSEEN = ("Cf", "Cc", "Zs", "Zl", "Zp")
"""Categories of characters that leave no mark: format, control, blanks, ends of lines and paragraphs."""

SHOWN_LINES = 5
"""So many further lines of a table a message names."""


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def clean(text: str) -> str:
    r"""A text in composed characters (Unicode NFC), without blanks and invisible characters around it.

    >>> clean("\u200b id\u00a0") == "id", clean("e\u0301") == "\u00e9"
    (True, True)
    """
    if text.isascii() and text.strip().isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", text)
    first, last = 0, len(text)
    while first < last and _unseen(text[first]):
        first += 1
    while last > first and _unseen(text[last - 1]):
        last -= 1
    return text[first:last]


def quoted(text: str, most: int = 60) -> str:
    r"""A text in quotation marks, with the names of characters in it that no eye sees.

    >>> quoted("a\u200bb"), quoted("a b")
    ('"ab" (with a zero-width space)', '"a b"')
    """
    hidden = Counter(_name(character) for character in text if _is_hidden(character))
    seen = " ".join("".join(c for c in text if not _is_hidden(c) or c.isspace()).split())
    seen = seen if len(seen) <= most else f"{seen[: most - 3]}..."
    names = ", ".join(f"a {name}" if n == 1 else f"{n} of: {name}" for name, n in hidden.items())
    return f'"{seen}"' + (f" (with {names})" if names else "")


def named(text: str) -> str:
    """A name as it is, or in quotation marks where it holds what no eye sees."""
    return quoted(text) if any(map(_is_hidden, text)) else text


def _is_hidden(character: str) -> bool:
    return character != " " and _unseen(character)


def _name(character: str) -> str:
    name = unicodedata.name(character, "").lower().replace("zero width", "zero-width")
    return _NAMES.get(character) or name or f"control character U+{ord(character):04X}"


def without_zeros(text: str) -> str:
    """A whole number without decimals that say nothing; any other text as it is.

    >>> without_zeros("1.0"), without_zeros("1,00"), without_zeros("T1.0")
    ('1', '1', 'T1.0')
    """
    whole = re.fullmatch(r"([+-]?\d+)[.,]0+", text)
    return whole[1] if whole else text


def plain_code(text: str) -> str:
    """A whole number without zeros that say nothing; any other text as it is.

    >>> plain_code("08"), plain_code("8.0"), plain_code("pre"), plain_code("000")
    ('8', '8', 'pre', '0')
    """
    plain = without_zeros(text)
    return (plain.lstrip("0") or "0") if plain.isascii() and plain.isdecimal() else plain


def look(text: str) -> str:
    """What is left of a label when case, blanks, width, invisible characters, zeros before a number and ".0" do
    not count.

    >>> look("P 01") == look("p01"), look("1.0") == look("1"), look("P1") == look("P01")
    (True, True, False)
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = without_zeros("".join(c for c in wide if not _unseen(c)))
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def squashed(text: str) -> str:
    """Letters and digits alone, without zeros before numbers: for names of columns that look the same.

    >>> squashed("PHQ-04 "), squashed("phq_item_5")
    ('phq4', 'phqitem5')
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return re.sub(r"(?<!\d)0+(?=\d)", "", kept)


def runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in order, three or more that follow each other as one.

    >>> runs([1, 2, 3, 5, 8, 9])
    ['1 to 3', '5', '8', '9']
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [w for run in found for w in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]


def numbered(items: Sequence[int]) -> str:
    """Items of a questionnaire by their numbers, neighbours drawn together.

    >>> numbered([13]), numbered([2, 13, 14, 15])
    ('item 13', 'items 2 and 13 to 15')
    """
    *most, last = runs(items)
    return f"item{'' if len(items) == 1 else 's'} {', '.join(most)}{' and ' if most else ''}{last}"


def also_in(lines: Sequence[int]) -> str:
    """Further lines in which the same was found.

    >>> also_in([3]), also_in([3, 4]), also_in(range(3, 20))
    ('', ' (also in line 4)', ' (also in lines 4, 5, 6, 7, 8 and 11 more)')
    """
    rest = list(lines[1:])
    more = f" and {len(rest) - SHOWN_LINES} more" if len(rest) > SHOWN_LINES else ""
    listed = ", ".join(map(str, rest[:SHOWN_LINES]))
    return f" (also in line{'s' if len(rest) > 1 else ''} {listed}{more})" if rest else ""
