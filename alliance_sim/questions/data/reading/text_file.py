"""The text of a table's file, whatever its encoding; what is no text is refused in words."""

import codecs
import stat
import unicodedata
from pathlib import Path

from alliance_sim.questions.data.characters import quoted
from alliance_sim.scenario.paths import MOST_CSV, content, neighbour
from alliance_sim.scenario.problem import ConfigError, Place, Problem

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin: .xlsx and .ods, .xls."""

AS_CSV = "save it as CSV in UTF-8"
_TABLE = "the path of a CSV file: a line of column names, and below it a row a line"

_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe, no file"),
    (stat.S_ISSOCK, "it is a socket, no file"),
    (stat.S_ISCHR, "it is a device, no file"),
    (stat.S_ISBLK, "it is a device, no file"),
)


def text_of(path: Path, shown: str, asked: Place) -> tuple[str, str]:
    """The text of a file in composed characters, and its encoding: Unicode, or else what Windows writes in the West.

    `asked` is the place that names the file, `shown` how it is named to people. Raises ConfigError for what is no text.
    """
    held = _bytes(path, shown, asked)
    if held.startswith(SPREADSHEETS):
        raise _unreadable(asked, shown, f"it is a spreadsheet, no text; {AS_CSV}")
    encoding, words = _encoding(held)
    try:
        text = held.decode(encoding)
    except UnicodeDecodeError as error:
        at = held.count(b"\n", 0, error.start) + 1
        reason = f"its text in {words} is broken in line {at}" if encoding != "cp1252" else "it holds no text"
        raise _unreadable(asked, shown, f"{reason}; {AS_CSV}") from None
    if "\x00" in text:
        raise _unreadable(asked, shown, f"{_why_zeros(held, text)}; {AS_CSV}")
    return unicodedata.normalize("NFC", text), words


def _bytes(path: Path, shown: str, asked: Place) -> bytes:
    """The content of a file. Raises ConfigError where there is none, or where it is something else."""
    try:
        mode = path.stat().st_mode
        for is_one, words in _KINDS:
            if is_one(mode):
                raise _unreadable(asked, shown, words)
        return content(path, MOST_CSV)
    except FileNotFoundError:
        near = neighbour(path, ".csv")
        name = Path(near).name if near else None
        raise ConfigError([Problem(asked, f"no file {quoted(shown, 200)}", _TABLE, name)]) from None
    except OSError as error:
        raise _unreadable(asked, shown, error.strerror or str(error)) from None
    except ValueError:  # the byte 0 in a name
        name = quoted(shown.replace("\x00", ""), 200)
        raise ConfigError([Problem(asked, f"no file {name}", _TABLE)]) from None


def _unreadable(asked: Place, shown: str, reason: str) -> ConfigError:
    return ConfigError([Problem(asked, f"{quoted(shown, 200)}, which cannot be read ({reason})", _TABLE)])


def _encoding(held: bytes) -> tuple[str, str]:
    """The encoding of a text, and what it is called."""
    if held.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", "UTF-32"
    if held.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    replaced = held.decode("utf-8-sig", errors="replace")
    broken = replaced.count("\ufffd")
    whole = sum(1 for character in replaced if character > "\x7f") - broken
    return ("utf-8-sig", "UTF-8") if not broken or whole > broken else ("cp1252", "Windows-1252")


def _why_zeros(held: bytes, text: str) -> str:
    """What a file is that holds the byte 0."""
    zeros = [held[start::2].count(0) for start in (0, 1)]
    if max(zeros) > 0.3 * (len(held) / 2):
        return "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"
    line = text.count("\n", 0, text.index("\x00")) + 1
    return f"the byte 0 stands in line {line}, as in files that are no text"
