"""Forms of dates: whether one says which day it is, and how spreadsheets write it."""

import datetime as dt
import re

_PARTS = {
    r"[yYjJaA]{4}": "%Y",
    r"[yYjJaA]{2}": "%y",
    r"[mM]{3}": "%b",
    r"[mM]{1,2}": "%m",
    r"[dDtT]{1,2}": "%d",
}
"""How spreadsheets write the parts of a date, in English, German and French; and how a mapping does."""


def form_of_a_spreadsheet(form: str) -> str | None:
    """The form of dates that a spreadsheet writes otherwise; None where it is none.

    >>> form_of_a_spreadsheet("dd.mm.yyyy"), form_of_a_spreadsheet("%d.%m.%Y")
    ('%d.%m.%Y', None)
    """
    made, rest = "", form
    while rest:
        for part, sign in _PARTS.items():
            found = re.match(part, rest)
            if found and sign not in made:
                made, rest = made + sign, rest[found.end() :]
                break
        else:
            if rest[0].isalpha() or rest[0] == "%":
                return None
            made, rest = made + rest[0], rest[1:]
    return made if is_form(made) else None


def is_form(form: str) -> bool:
    """Whether a form says which day it is.

    >>> is_form("%d.%m.%Y"), is_form("%m.%Y"), is_form("dd.mm.yyyy")
    (True, False, False)
    """
    for day in (dt.date(2024, 1, 31), dt.date(2023, 12, 5)):
        try:
            if dt.datetime.strptime(day.strftime(form), form).date() != day:
                return False
        except ValueError:
            return False
    return True
