"""Codes of a mapping as texts, and those that stand for an empty cell: in every column, or in one."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from alliance_sim.questions.data.characters import clean
from alliance_sim.questions.data.patterns import form_of

MISSING = ("", "NA", "NaN", "nan", ".")
"""Cells that say nothing, where none are stated."""

EVERYWHERE = "*"


class Missing(NamedTuple):
    """Codes that stand for an empty cell. A cell that is empty always does."""

    everywhere: frozenset[str]
    own: Mapping[str, frozenset[str]]  # column or pattern -> its further codes

    def of(self, column: str) -> frozenset[str]:
        """The codes of a column."""
        own = [codes for name, codes in self.own.items() if name == column or re.fullmatch(form_of(name), column)]
        return self.everywhere.union(*own)


def missing_of(given: Any) -> Missing:
    """The codes as the checked section states them: a list for every column, or a list for each."""
    if not isinstance(given, dict):
        return Missing(frozenset(given), {})
    own = {name: frozenset(codes) for name, codes in given.items() if name != EVERYWHERE}
    return Missing(frozenset(given.get(EVERYWHERE, MISSING)), own)


def code_list(value: Any, empty: bool = False) -> list[str]:
    """One code, or a list of them, as texts; no code at all only where the list may be `empty`."""
    given = value if isinstance(value, list) else [value]
    if (not given and not empty) or any(isinstance(code, list | dict) for code in given):
        raise PydanticCustomError("codes", "no codes")
    return [written(code) for code in given]


def one_code(value: Any) -> str:
    """One code as text."""
    if value is None or isinstance(value, list | dict):
        raise PydanticCustomError("code", "no code")
    return written(value)


def missing_codes(value: Any) -> Any:
    """A list of codes, or a mapping of columns to theirs."""
    if isinstance(value, dict):
        return {clean(str(name)): code_list(codes, empty=True) for name, codes in value.items()}
    return code_list(value, empty=True)


def written(code: object) -> str:
    """A code as text: numbers without decimals that say nothing, and nothing at all as an empty cell.

    >>> written(1.0), written(True), written(None), written("D")
    ('1', 'true', '', 'D')
    """
    if code is None:
        return ""
    if isinstance(code, bool):
        return str(code).lower()
    if isinstance(code, float) and code.is_integer():
        return f"{code:.0f}"
    return clean(str(code))
