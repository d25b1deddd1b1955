"""Messages about result folders, and about files that somebody else has written or changed; words in messages.toml."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from alliance_sim.files.study import StudyKey
from alliance_sim.scenario.errors import made_of, words_of
from alliance_sim.scenario.problem import Place, Problem


def __getattr__(name: str) -> Callable[..., Problem]:
    """The message of a name about a path of a result folder, as a function of the path and the values in it."""
    if name.startswith("_") or name not in words_of(__package__):
        raise AttributeError(name)
    return partial(_message, name)


def _message(name: str, path: Path, *given: Any) -> Problem:
    found, allowed, *more = words_of(__package__)[name]
    return made_of((in_its_place(path, found) if more else found, allowed), Place(str(path)), *given)


def another_study(folder: Path, held: StudyKey, wanted: str) -> Problem:
    """The result folder of another study than one of the kind that is wanted."""
    what = {"experiment": "the results of an experiment", "calibration": "a calibration"}
    found = what.get(held.kind, f"the answer of a question ({held.kind})")
    found = f"the results of another {held.kind}" if held.kind == wanted else found
    return _message("another_study", folder, f'{found}, "{held.title}"' if held.title else found)


def changed_file(file: Path) -> Problem:
    """A file that was written into a result folder, and is another one now."""
    return _message("folder_for_part" if file.is_dir() else "changed_file", file)


def unreadable_table(file: Path, reason: object) -> Problem:
    """A table of results that cannot be read, of a folder without a record."""
    return _message("unreadable_table", file, " ".join(str(reason).split()) or type(reason).__name__)


def kept_no_record(name: str) -> str:
    """A note on a folder that was written before there were records."""
    return (
        f"This folder was written by a version that kept no record of its files ({name}). Files that have the names of "
        "ours count as ours."
    )


def in_its_place(path: Path, otherwise: str = "a file") -> str:
    """What stands at a path, where it is no file; `otherwise` where it is one."""
    if path.is_dir():
        return "a folder"
    return "a link that leads nowhere" if path.is_symlink() and not path.exists() else otherwise
