"""The record of a result folder: whose it is, and what was written into it. Nothing else in the folder is touched."""

import json
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alliance_sim.files import errors
from alliance_sim.files.study import StudyKey, study_before
from alliance_sim.files.sums import checksum, checksum_of, is_temporary, sweep, write_whole
from alliance_sim.scenario.problem import ConfigError, refuse
from alliance_sim.sources import PACKAGE, digest_of

NAME = "written.json"
"""The record's file in a result folder."""

FORMAT = 1

INNER = "rivals/*"
"""Folders in that of a question which have records of their own: a calibration each."""

LOCK = ".running"
"""The file on which the system holds the lock of a run (see `experiment.lock`)."""

PIECES = ("pieces", "simulations")
"""Folders of finished pieces of work, of questions and calibrations."""

_NOTHING = {LOCK, ".DS_Store", ".localized", ".directory", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini"}
"""What counts as nothing in a folder: files that systems and repositories leave there, and the lock of a run."""


def study_of(kind: str, title: str, question: str, config: Path, folder: Path) -> StudyKey:
    """The study of a config whose results go into a folder; its title and question only as far as they are stated.

    The manifest of a folder belongs to the study of that folder.
    """
    if config.name == "manifest.json":
        own = read_record(folder) if config.resolve().parent == folder.resolve() else None
        known = own.study if own is not None else None
        return known if known is not None and known.kind == kind else StudyKey(kind, title, question, "")
    try:
        place = Path(os.path.relpath(config.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        place = config.resolve().as_posix()
    return StudyKey(kind, title, question, place)


@dataclass
class Record:
    """What alliance-sim wrote into a folder: names, checksums, and what the answer was made from."""

    folder: Path
    study: StudyKey | None = None
    files: dict[str, list[str]] = field(default_factory=dict)
    made: str = ""
    pieces: list[str] = field(default_factory=list)
    before: bool = False  # written by a version that kept no record
    overwrite: bool = False  # until what is asked for now has ended

    def changed(self) -> list[Path]:
        """Files that were written here, and whose bytes are others now; files that are gone are not among them."""
        there = (name for name in self.files if os.path.lexists(self.folder / name))
        return [self.folder / name for name in there if not self.is_own(name)]

    def is_complete(self) -> bool:
        """Whether every file that was written is there, and as it was written."""
        return all(self.is_own(name) for name in self.files)

    def has(self, *names: str) -> bool:
        """Whether files of these names were written."""
        return all(name in self.files for name in names)

    def is_own(self, name: str) -> bool:
        """Whether a file is as it was written."""
        return _sum(self.folder / name) in self.files[name]

    def write(self, name: str, content: bytes | str) -> None:
        """Write a file whole or not at all, and record it before it has its name.

        Raises ConfigError where a file stands there that was not written here, or that was changed since.
        """
        content = content.encode("utf-8") if isinstance(content, str) else content
        file, new = self.folder / name, checksum(content)
        held = _sum(file)
        known = self.files.get(name, [])
        if held == new and known == [new]:
            return
        if os.path.lexists(file) and held not in known and not (self.before or self.overwrite):
            raise ConfigError([errors.in_the_way(file)])
        self.files[name] = [*([held] if held in known else []), new]
        self.save()
        write_whole(file, content)
        self.files[name] = [new]

    def keep_only(self, names: Collection[str], place: str, endings: Collection[str]) -> None:
        """Remove what was written into a place with certain endings, but for some names; what was changed since stays.

        The place is a folder below this one, or "." for this one.
        """
        for name in list(self.files):
            path = Path(name)
            if path.parent == Path(place) and path.suffix in endings and name not in names:
                if self.is_own(name):
                    (self.folder / name).unlink()
                del self.files[name]

    def close(self, made: str = "", pieces: Iterable[str] = ()) -> None:
        """Say what the answer was made from: a text that differs from all others, and the names of pieces of work."""
        self.made, self.pieces = made, sorted(pieces)
        self.before = self.overwrite = False
        self.save()

    def save(self) -> None:
        """Write the record."""
        study = self.study._asdict() if self.study is not None else None
        content = {name: value for name, value in vars(self).items() if name != "folder"} | {"study": study}
        own = {"format": FORMAT, "sum": _sum_of(content), **content}
        text = json.dumps(own, indent=1, ensure_ascii=False) + "\n"
        write_whole(self.folder / NAME, text.encode("utf-8"))


def _sum_of(content: Mapping[str, Any]) -> str:
    return checksum(json.dumps(content, sort_keys=True).encode())


def _sum(file: Path) -> str | None:
    """The checksum of a file; None for one that is not there, or cannot be read."""
    with suppress(OSError):
        return checksum_of(file)
    return None


def read_record(folder: Path) -> Record | None:
    """The record of a folder; None where there is none. Raises ConfigError for one that is damaged."""
    file = folder / NAME
    if not os.path.lexists(file):
        return None
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        content = {name: value for name, value in held.items() if name not in ("format", "sum")}
        if held["format"] != FORMAT or held["sum"] != _sum_of(content):
            raise ValueError
        return Record(folder, **content | {"study": StudyKey(**content["study"]) if content["study"] else None})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError([errors.damaged_record(file)]) from None


def record_of(folder: Path) -> Record:
    """The record of a folder, or an empty one."""
    return read_record(folder) or Record(folder)


@cache
def program() -> list[str]:
    """The program that makes an answer from what was simulated: a hash of its sources, and the libraries that count."""
    sources = (path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2", ".csv", ".yaml"))
    return [digest_of(sources), *(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas", "matplotlib"))]


def check_folder(
    folder: Path, study: StudyKey, *, names: Iterable[str] = (), folders: Iterable[str] = (), overwrite: bool = False
) -> Record:
    """The record of a folder into which a study may write; nothing is changed on disk.

    `names` are files that will be written, `folders` those below it. Raises ConfigError for a folder that is not empty
    and in which alliance-sim did not write, for that of another study, and, unless `overwrite`, for files that were not
    written here or changed since.
    """
    record = _record_for(folder, study)
    inner = [record_of(file.parent) for file in sorted(folder.glob(f"{INNER}/{NAME}"))]
    changed = [file for each in (record, *inner) for file in each.changed()]
    unknown = [folder / name for name in names if name not in record.files and not record.before]
    wrong = [errors.file_for_folder(folder / name) for name in folders if _is_file(folder / name)]
    wrong += [
        errors.changed_file(file) if file in changed else errors.in_the_way(file)
        for file in [*changed, *filter(os.path.lexists, unknown)]
        if not overwrite or file.is_dir()
    ]
    refuse(wrong)
    if record.study is not None and not study.config:  # a manifest does not know the place of its config
        study = study._replace(config=record.study.config)
    record.study, record.overwrite = study, overwrite
    return record


def _record_for(folder: Path, study: StudyKey) -> Record:
    """The record of a folder that is a study's own, or a new one for an empty folder. Raises ConfigError for others."""
    if _is_file(folder):
        raise ConfigError([errors.no_folder(folder)])
    held = _held(folder)
    record = read_record(folder)
    if record is None and held:
        was = study_before(folder)
        if was is None:
            few = ", ".join(held[:3]) + (f" and {len(held) - 3} more" if len(held) > 3 else "")
            raise ConfigError([errors.foreign_folder(folder, few)])
        record = Record(folder, was, before=True)
    if record is None:
        return Record(folder, study)
    if record.study is not None and not study.is_same(record.study):
        raise ConfigError([errors.another_study(folder, record.study, study.kind)])
    return record


def _is_file(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _held(folder: Path) -> list[str]:
    """What a folder holds, but for what counts as nothing. Raises ConfigError where that cannot be seen."""
    try:
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise ConfigError([errors.unreadable_folder(folder, error.strerror or error)]) from None
    return [name for name in names if name not in _NOTHING and not (name.startswith(f"{NAME}.") and is_temporary(name))]


def claim(folder: Path, study: StudyKey, *, overwrite: bool = False) -> Record:
    """Make a folder that `check_folder` accepts a study's own, and say so in it, before anything else is written.

    The caller holds the folder's lock. What was left half-written by runs that were killed is removed.
    """
    record = check_folder(folder, study, overwrite=overwrite)
    record.save()
    places = {folder / name for name in (".", "figures", *PIECES)} | {(folder / name).parent for name in record.files}
    for place in {*places, *folder.glob(f"{INNER}/{PIECES[1]}")}:
        sweep(place)
    return record


def changed_manifest(source: object) -> str:
    """A note on a config that is the manifest of a result folder, and that was changed since; empty for any other.

    A damaged record says nothing of it.
    """
    if isinstance(source, str | Path) and Path(source).name == "manifest.json":
        try:
            as_written(Path(source))
        except ConfigError:
            return f"{source} is not as it was written, so this is not the run that it came from."
    return ""


def as_written(file: Path) -> Path:
    """The file itself, where it is as it was written into its folder; so is one of a folder without a record.

    Raises ConfigError for one whose bytes are others now.
    """
    record = record_of(file.parent)
    if file.name in record.files and os.path.lexists(file) and not record.is_own(file.name):
        raise ConfigError([errors.changed_file(file)])
    return file
