"""From what was asked to a folder with its answer: tables, figures, answer.md, report.html and a manifest."""

import inspect
import json
import platform
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.estimates.query import ANSWER
from alliance_sim.estimates.tables import DESIGN
from alliance_sim.experiment import manifest
from alliance_sim.experiment.kept import Stage, silent
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.workers import Workers
from alliance_sim.figures.picture import Picture, save_all, undrawn_letters, words_in
from alliance_sim.files import errors
from alliance_sim.files.record import NAME, Record, check_folder, claim, program, record_of, study_of
from alliance_sim.files.study import StudyKey
from alliance_sim.files.sums import checksum, checksum_of, noting
from alliance_sim.questions.frame.page import as_html, render
from alliance_sim.questions.frame.question import PLAN, Answer, Question, take_steps
from alliance_sim.report.markdown import Markdown
from alliance_sim.scenario.examples import name_of
from alliance_sim.scenario.layers import moved
from alliance_sim.scenario.problem import Named
from alliance_sim.scenario.tree import leaves, plain


@dataclass(frozen=True)
class Answered:
    """An answer, and where it is."""

    folder: Path
    text: str  # answer.md
    short: str  # the answer in a few sentences of Markdown
    notices: tuple[str, ...]
    found: Callable[[], Answer]  # from what is kept, where it was answered before

    @cached_property
    def answer(self) -> Answer:
        """The answer with its tables and pictures in memory."""
        return self.found()

    def __repr__(self) -> str:
        return f"Answered(folder={str(self.folder)!r})"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name; one that there is not raises ConfigError."""
        return Named("table", self.answer.tables)

    @property
    def figures(self) -> dict[str, Picture]:
        """The figures by name; one that there is not raises ConfigError."""
        return Named("figure", {picture.name: picture for picture in self.answer.pictures})

    def _repr_markdown_(self) -> str:
        """The answer, as a notebook shows it."""
        tables, figures = (", ".join(f"`{name}`" for name in held) for held in (self.tables, self.figures))
        return f"{self.short}\n\n*Tables: {tables}. Figures: {figures}. All of it: {self.folder / 'report.html'}*"


APPENDIX = "appendix.md"
"""Longer tables and methods, where a question has them."""

WRITTEN = (ANSWER, "report.html", "manifest.json")
"""Files that every answer has."""


def study(asked: Question, folder: Path) -> StudyKey:
    """The study that an answer in a folder belongs to."""
    title = asked.title if "title" in asked.tree.fields else ""
    return study_of(asked.kind.key, title, asked.question, asked.path, folder)


def check_answer(asked: Question, folder: Path, *, overwrite: bool = False) -> None:
    """Raise ConfigError where what was asked may not be answered into a folder (see `files.record.check_folder`)."""
    check_folder(folder, study(asked, folder), names=WRITTEN, folders=("figures", "pieces"), overwrite=overwrite)


def answer_question(
    asked: Question, folder: Path, workers: Workers, stage: Stage, *, overwrite: bool = False
) -> Answered:
    """Answer what was asked, and write everything into the folder; run again, it goes on where it stopped.

    Nothing is done where the folder holds the answer. Raises KeyboardInterrupt when stopped, FolderInUseError while
    another run writes there, ConfigError for a folder that `check_answer` refuses.
    """
    check_answer(asked, folder, overwrite=overwrite)
    with only_run(folder), noting() as noted:
        record = claim(folder, study(asked, folder), overwrite=overwrite)
        made, before = _made_from(asked), record.before
        if record.made == made and record.is_complete() and record.has(*WRITTEN):
            return _answered_before(asked, folder, workers)
        answer = take_steps(asked, folder, workers, stage)
        record = record_of(folder)
        texts = {
            f"{name}.csv": table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
            for name, table in answer.tables.items()
        }
        record.keep_only({*texts, DESIGN}, ".", (".csv",))
        for name, table in texts.items():
            record.write(name, table)
        pictures = save_all(answer.pictures, record)
        pages = render(templates(asked), facts_of(asked, answer), answer.pictures)
        short, text = pages.short, pages.page
        record.write(ANSWER, text)
        if pages.appendix:
            record.write(APPENDIX, pages.appendix)
        pngs = {name: own[".png"] for name, own in pictures.items()}
        record.write("report.html", as_html(asked.title, pages, pngs, real=asked.kind.real))
        _manifest(asked, short, record)
        pieces = folder / "pieces"
        record.close(made, (f"pieces/{file.name}" for file in noted.used if file.parent == pieces))
    letters = undrawn_letters(words for picture in answer.pictures for words in words_in(picture.figure))
    notices = (*([errors.kept_no_record(NAME)] if before else []), *noted.in_words(folder), *letters)
    return Answered(folder, text, short, notices, lambda: answer)


def templates(asked: Question) -> Path:
    """The folder of a question's templates: that of the module which sees the facts."""
    return Path(inspect.getfile(asked.kind.view)).parent


def facts_of(asked: Question, answer: Answer) -> dict[str, Any]:
    """What every template of a page is given, but for figures."""
    changed = settings_given(asked)
    return {
        "title": asked.title,
        "question": asked.question,
        "view": answer.view,
        "trial": Markdown(trial(asked)),
        "plan": [
            {"step": PLAN[name], "words": Markdown(words)} for name, words in asked.ademp._asdict().items() if words
        ],
        "caveats": asked.caveats,
        "size": asked.kind.size(asked),
        "command": " ".join([f"alliance-sim {asked.kind.command} {_shown_path(asked.path)}", *changed]),
        "changed": changed,
        "law": LAW_VERSION,
        "tables": [name for name in answer.tables if name != "estimates"],
        "appendix": (templates(asked) / "appendix.md.j2").exists(),
    }


def _answered_before(asked: Question, folder: Path, workers: Workers) -> Answered:
    """The answer that a folder holds."""
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def found() -> Answer:
        with only_run(folder):
            return take_steps(asked, folder, workers, silent)

    return Answered(folder, (folder / ANSWER).read_text(encoding="utf-8"), str(about["answer"]), (), found)


def _made_from(asked: Question) -> str:
    """A text that states all that decides an answer from anything else: config, files that it names, program."""
    points = [point.address for point in asked.world.points] if asked.world is not None else []
    config = plain(asked.tree)
    home = asked.path.resolve().parent
    files = {name: checksum_of(home / name) for name in sorted(_texts(config)) if _is_file(home / name)}
    given = [_shown_path(asked.path), settings_given(asked), asked.name, asked.title, asked.question]
    return checksum(json.dumps([program(), config, points, files, given], sort_keys=True, default=str).encode())


def _texts(config: object) -> set[str]:
    """Every text in a config: one of them may name a file."""
    if isinstance(config, Mapping):
        return {text for value in config.values() for text in _texts(value)}
    if isinstance(config, list):
        return {text for value in config for text in _texts(value)}
    return {config} if isinstance(config, str) else set()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text that cannot be a name
        return False


def trial(asked: Question) -> str:
    """Words before an answer that rests on too few replicates; none where they are enough."""
    played = asked.kind.played(asked)
    if played >= asked.kind.fewest:
        return ""
    return (
        f"*A trial run, with {played} in the place of {asked.kind.fewest} replicates or more: what rests on them is "
        "rough, and verdicts may turn with more.*\n\n"
    )


def settings_given(asked: Question) -> list[str]:
    """The settings that were changed when the config was asked, as they are given on the command line."""
    given: dict[str, None] = {}
    for path, node in leaves(asked.tree):
        if node.origin == "--set":
            told = node.file.removeprefix("--set ")
            here = ".".join(path)
            given[told if told != node.file else f"{here}={json.dumps(plain(node), ensure_ascii=False)}"] = None
    return [f"--set {shlex.quote(each)}" for each in given]


def _shown_path(path: Path) -> str:
    """A path as one would type it here: seen from the current folder where it lies below it, an example by its name."""
    whole = path.resolve()
    here = Path.cwd()
    if whole.is_relative_to(here):
        return whole.relative_to(here).as_posix()
    return name_of(whole) or path.as_posix()


def _manifest(asked: Question, short: str, record: Record) -> None:
    """The answer in short and what it was made from; `alliance-sim run manifest.json` asks again."""
    own = {asked.kind.key, "ademp", "caveats"}
    seen_from_here = moved(asked.tree, asked.path.resolve().parent, record.folder.resolve())
    config: dict[str, Any] = plain(seen_from_here)
    draws: dict[str, Any] = {}
    if asked.world is not None:
        draws = manifest.keep_draws(asked.world, record)
        manifest.keep_policies(asked.world, record)
        config = manifest.repeatable(asked.world, draws) | {k: v for k, v in config.items() if k in own}
    content = {
        "format": manifest.FORMAT,
        "name": asked.name,
        "question_kind": asked.kind.key,
        "answer": short,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "alliance_sim": alliance_sim.__version__,
            "law": LAW_VERSION,
            "python": platform.python_version(),
            **{name: version(name) for name in manifest.LIBRARIES},
        },
        "git_revision": manifest.git_revision(Path(alliance_sim.__file__).parent),
        "config": config,
        "origins": {".".join(path): node.origin for path, node in leaves(asked.tree)},
        "parameters": draws,
    }
    manifest.write_manifest(record, content)
