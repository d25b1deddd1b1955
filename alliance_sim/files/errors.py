"""Messages about result folders, and about files that somebody else has written or changed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from alliance_sim.scenario.problem import Place, Problem

OTHER_FOLDER = "an empty folder, a new one, or the result folder of this study (--out DIR)"


def _at(found: str, allowed: str) -> Callable[[Path], Problem]:
    """A message about a path of a result folder; where a folder is in the place of a file, that is what was found."""
    return lambda path: Problem(Place(str(path)), in_its_place(path, found), allowed)


no_folder = _at("a file", "a folder, or a new name (--out DIR)")
"""A path that should be a folder."""
file_for_folder = _at("a file", "a folder: move the file away, and run again")
"""A file that has the name of a folder of ours."""
in_the_way = _at(
    "a file that alliance-sim did not write, or that was changed since",
    "a new name; or --overwrite, which replaces the file",
)
"""A file that would be written over, and that alliance-sim did not write."""
damaged_record = _at(
    "a record of the folder that is damaged",
    "the record as it was written: restore it, or delete it and run the config again",
)
"""A record of a result folder that cannot be read, or that was changed."""
damaged_part = _at(
    "bytes that are not those that were written",
    "the file as it was written; run the config again, and it is made anew",
)
"""A finished piece of work whose bytes are not those that were written."""
folder_for_part = _at("a file", "a file: move the folder away, and run again")
"""A folder that has the name of a finished piece of work."""


def foreign_folder(folder: Path, held: Sequence[str]) -> Problem:
    """A folder that is not empty, and that no run has written."""
    few = ", ".join(held[:3]) + (f" and {len(held) - 3} more" if len(held) > 3 else "")
    return Problem(Place(str(folder)), f"a folder with files that alliance-sim did not write ({few})", OTHER_FOLDER)


def another_study(folder: Path, kind: str, title: str, wanted: str) -> Problem:
    """The result folder of another study."""
    what = {"experiment": "the results of an experiment", "calibration": "a calibration"}
    found = f"the results of another {kind}" if kind == wanted else what.get(kind, f"the answer of a question ({kind})")
    return Problem(Place(str(folder)), f'{found}, "{title}"' if title else found, OTHER_FOLDER)


def kept_no_record(name: str) -> str:
    """A note on a folder that was written before there were records."""
    return (
        f"This folder was written by a version that kept no record of its files ({name}). Files that have the names of "
        "ours count as ours."
    )


def unreadable_folder(folder: Path, reason: OSError) -> Problem:
    """A folder that cannot be looked into."""
    found = f"a folder that cannot be read ({reason.strerror or reason})"
    return Problem(Place(str(folder)), found, "a folder that can be (--out DIR)")


def changed_file(file: Path) -> Problem:
    """A file that was written into a result folder, and is another one now."""
    allowed = "the file as it was written: restore it, or move it away and run again; or run again with --overwrite"
    if file.is_dir():
        allowed = "a file: move the folder away, and run again"
    found = in_its_place(file, "a file that was changed after it was written")
    return Problem(Place(str(file)), found, allowed)


def damaged_design(file: Path, reason: object) -> Problem:
    """A design.csv that cannot be read, of a folder without a record."""
    allowed = "the design as a run writes it; run the config again, and it is written anew"
    return Problem(Place(str(file)), f"no design ({reason})", allowed)


def unreadable_table(file: Path, reason: object) -> Problem:
    """A table of results that cannot be read, of a folder without a record."""
    words = " ".join(str(reason).split()) or type(reason).__name__
    found = in_its_place(file, f"no table ({words})")
    return Problem(Place(str(file)), found, "the table as it was written; run the config again")


def in_its_place(path: Path, otherwise: str = "a file") -> str:
    """What stands at a path, where it is no file; `otherwise` where it is one."""
    if path.is_dir():
        return "a folder"
    return "a link that leads nowhere" if path.is_symlink() and not path.exists() else otherwise
