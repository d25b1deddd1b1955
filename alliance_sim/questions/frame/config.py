"""Reading the config of a question: a section of its own beside the settings of an experiment; all mistakes at once."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, BeforeValidator, Field, create_model

from alliance_sim.experiment.columns import check_columns
from alliance_sim.questions.frame.kinds import asked_for, kind_of
from alliance_sim.questions.frame.question import Ademp, Kind, Question, as_stated
from alliance_sim.scenario import errors
from alliance_sim.scenario.config import Config
from alliance_sim.scenario.experiment import Experiment, experiment_of
from alliance_sim.scenario.layers import read_layers
from alliance_sim.scenario.models import MAPPING, STRICT, TEXT, Form, check, checked_field
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest
from alliance_sim.scenario.tree import Loc, Node, plain, settled

TEXTS = ("title", "question")

MISSPELT = 0.75
"""Likeness from which on an unknown name is taken for a section of a question that was meant."""


def section_model(name: str, numbers: type[Any] | None = None, **fields: Any) -> type[BaseModel]:
    """The strict model of a section: the declared settings of a NamedTuple with their defaults, and further fields.

    A further field is (annotated type with a `Form`, default).
    """
    hints = get_type_hints(numbers, include_extras=True) if numbers is not None else {}
    defaults = getattr(numbers, "_field_defaults", {})
    declared = {key: (checked_field(hint), Field(default=defaults[key])) for key, hint in hints.items()}
    return create_model(name, __config__=STRICT, **declared, **fields)  # type: ignore[no-any-return, call-overload]


def names_of(options: Sequence[str], words: str) -> Any:
    """The type of a field that is a list of some names, each at most once; checked by `wrong_names`."""
    return Annotated[list[str], Form(f"a list of {words}: {', '.join(options)}")]


def is_question(tree: Node) -> bool:
    """Whether a config asks for a question."""
    return bool(asked_for(tree))


def read_config(path: Path | str, overrides: Sequence[str] = (), below: Path | None = None) -> Node:
    """The merged tree of a config, laid on the worlds of another one if `below` is its path.

    Raises ConfigError for what cannot be read, and for a section that is spelt almost like that of a question.
    """
    tree = read_layers(Path(path), overrides, below)
    refuse_misspelt(tree)
    return tree


def refuse_misspelt(tree: Node) -> None:
    """Raise ConfigError where a config without a question has an unknown section spelt almost like that of one."""
    if asked_for(tree):
        return
    known = [*Config.model_fields, *QUESTIONS, "ademp", "caveats", "extends"]
    for name, node in tree.fields.items():
        near = nearest(name, QUESTIONS, likeness=MISSPELT)
        if name not in known and near is not None and nearest(name, known) == near:
            place = Place(node.file, node.line, name)
            raise ConfigError([errors.unknown_section(place, name, list(QUESTIONS))])


def load_question(path: Path | str, overrides: Sequence[str] = (), key: str | None = None) -> Question:
    """Read the config of a question, of the kind `key` if one is named. Raises ConfigError with every mistake in it."""
    path = Path(path)
    return question_of(path, read_config(path, overrides), key)


def question_of(path: Path, tree: Node, key: str | None = None) -> Question:
    """The question that a tree of settings asks for. Raises ConfigError with every mistake in it at once."""
    found = asked_for(tree)
    if key is not None and key not in found:
        what, command = _instead(tree, found)
        raise ConfigError([errors.another_question(Place(str(path)), key, what, f"alliance-sim {command} {path}")])
    if not found:
        raise ConfigError([errors.not_a_question(Place(str(path)), list(QUESTIONS))])
    if len(found) > 1:
        node = tree.fields[found[1]]
        raise ConfigError([errors.two_questions(Place(node.file, node.line, found[1]), found[0])])
    kind = kind_of(found[0])
    own = {kind.key, "ademp", "caveats"}
    head = tree.holding({name: settled(node) for name, node in tree.fields.items() if name in own})
    rest = tree.holding({name: node for name, node in tree.fields.items() if name not in own})
    checked = check(head, _model(kind))
    problems = list(checked.problems)
    world: Experiment | None = None
    if kind.has_world:
        try:
            settled_rest = rest if problems else kind.settle(getattr(checked.model, kind.key), tree, rest, path)
            world = experiment_of(path, settled_rest, config_name(path))
            check_columns(world)
        except ConfigError as error:
            problems += error.problems
    repaired = None
    if problems and world is not None and kind.settle is as_stated:
        repaired = check(settled(checked.tree), _model(kind)).model  # defaults in the place of mistakes
    if problems and repaired is None:
        raise ConfigError(problems)
    texts = {name: str(plain(tree.fields[name])).strip() for name in TEXTS if name in tree.fields}
    stated: Any = checked.model or repaired
    asked = Question(
        kind,
        config_name(path),
        path,
        texts.get("title", config_name(path)),
        texts.get("question", ""),
        Ademp(**stated.ademp.model_dump()) if stated.ademp is not None else Ademp(),
        tuple(stated.caveats),
        getattr(stated, kind.key),
        world,
        tree,
    )
    wrong = [each for each in kind.wrong(asked) if not _follows(each, kind, checked.where)]
    if problems or wrong:
        raise ConfigError([*problems, *wrong])
    return asked


def is_calibration(tree: Node) -> bool:
    """Whether a config asks for a calibration."""
    return "free" in tree.fields and not is_question(tree)


def _instead(tree: Node, found: Sequence[str]) -> tuple[str, str]:
    """What a config asks, and the command that answers it."""
    if found:
        return f"a section {found[0]}", kind_of(found[0]).command
    return ("a calibration", "calibrate") if is_calibration(tree) else ("an experiment", "run")


def _follows(problem: Problem, kind: Kind, where: Sequence[Loc]) -> bool:
    """Whether a mistake may be no more than what follows from others: at the place of one, or told beside its name."""
    names = [str(loc[1]) for loc in where if len(loc) > 1 and loc[0] == kind.key]
    return any(
        f"{problem.place.path}.".startswith(f"{kind.key}.{name}.") or re.search(rf"\b{name}\b", problem.allowed)
        for name in names
    )


def _model(kind: Kind) -> type[BaseModel]:
    """The model of the parts of a config that only questions have."""
    section: Any = Annotated[kind.model, BeforeValidator(lambda value: {} if value is None else value), MAPPING]
    plan = create_model(
        "Ademp", __config__=STRICT, **{name: (Annotated[str, TEXT], Field(default="")) for name in Ademp._fields}
    )  # type: ignore[call-overload]
    caveats = Annotated[list[Annotated[str, TEXT]], Form("a list of texts")]
    fields: dict[str, Any] = {
        kind.key: (section, Field()),
        "ademp": (Annotated[plan, MAPPING], Field(default=None)),
        "caveats": (caveats, Field(default_factory=list)),
    }
    return create_model("Question", __config__=STRICT, **fields)


def wrong_names(asked: Question, path: str, given: Sequence[str], options: Sequence[str], noun: str) -> list[Problem]:
    """Names of a list in the section that are none of the options, or that stand there twice."""
    node = asked.place(path)
    problems = []
    for k, name in enumerate(given):
        item = node.items[k] if k < len(node.items) else node
        place = Place(item.file, item.line, f"{asked.kind.key}.{path}[{k + 1}]")
        if name not in options:
            near = nearest(name, options)
            problems.append(Problem(place, f'the unknown {noun} "{name}"', ", ".join(options), near))
        elif name in given[:k]:
            problems.append(Problem(place, f'the {noun} "{name}" a second time', "each once"))
    return problems


def wrong_value(asked: Question, path: str, found: object, allowed: str, near: str | None = None) -> Problem:
    """A value of the section that is right by itself and cannot be here; or its default, which nobody wrote."""
    node = asked.place(path)
    if path in type(asked.section).model_fields and path not in asked.section.model_fields_set:
        return errors.wrong_default(Place(node.file, node.line, f"{asked.kind.key}.{path}"), found, allowed)
    return errors.wrong_value(Place(node.file, node.line, f"{asked.kind.key}.{path}"), found, allowed, near)


def wrong_design(asked: Question, instead: str) -> list[Problem]:
    """Factors, a design or a wanted precision beside a section that makes its own design; `instead` says what is."""
    problems = []
    for key in ("factors", "design", "precision"):
        node = asked.tree.fields.get(key)
        if node is not None and node.fields:
            place = Place(node.file, node.line, key)
            problems.append(Problem(place, f"{key} beside {asked.kind.key}", instead))
    return problems
