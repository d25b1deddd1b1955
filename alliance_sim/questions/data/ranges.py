"""Whole numbers in words: neighbours drawn together, and further lines in which the same was found."""

from collections.abc import Sequence

SHOWN_LINES = 5
"""So many lines of a table a message names."""


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
    words: list[str] = []
    for run in found:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return words


def numbered(items: Sequence[int], noun: str = "item") -> str:
    """Items by their numbers, neighbours drawn together.

    >>> numbered([13]), numbered([2, 13, 14, 15])
    ('item 13', 'items 2 and 13 to 15')
    """
    words = runs(items)
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"{noun}{'' if len(items) == 1 else 's'} {listed}"


def also_in(lines: Sequence[int]) -> str:
    """Further lines in which the same was found.

    >>> also_in([3]), also_in([3, 4]), also_in(range(3, 20))
    ('', ' (also in line 4)', ' (also in lines 4, 5, 6, 7, 8 and 11 more)')
    """
    rest = list(lines[1:])
    if not rest:
        return ""
    named = ", ".join(map(str, rest[:SHOWN_LINES]))
    more = f" and {len(rest) - SHOWN_LINES} more" if len(rest) > SHOWN_LINES else ""
    return f" (also in line{'s' if len(rest) > 1 else ''} {named}{more})"
