"""What a config asks for: read, checked and shown. Heavy modules are imported where they are needed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from alliance_sim.experiment.columns import check_columns
from alliance_sim.questions.frame.config import is_calibration, is_question, question_of, read_config
from alliance_sim.scenario.custom import only_looking
from alliance_sim.scenario.experiment import Experiment, experiment_of
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.tree import Node

if TYPE_CHECKING:
    from alliance_sim.questions.frame.question import Question


def read_asked(config: Path, tree: Node) -> "Experiment | Question":
    """The experiment or question that the tree of a config states. Raises ConfigError with every mistake in it."""
    if is_question(tree):
        return question_of(config, tree)
    experiment = experiment_of(config, tree, config_name(config))
    check_columns(experiment)
    return experiment


def print_config(screen: Console, config: Path, settings: Sequence[str]) -> None:
    """Print what a config would run, how large it is and how long it takes. Raises ConfigError as `read_asked` does."""
    tree = read_config(config, settings)
    if is_calibration(tree):
        from alliance_sim.evidence.calibration.config import calibration_of
        from alliance_sim.report.fitted import print_calibration

        print_calibration(screen, calibration_of(config, tree))
        return
    asked = read_asked(config, tree)
    if isinstance(asked, Experiment):
        from alliance_sim.experiment.plan import forecast
        from alliance_sim.scenario.describe import print_design, print_size

        size = forecast(asked)
        print_design(screen, asked)
        print_size(screen, asked, size.client_sessions, size.seconds, size.megabytes)
    else:
        from alliance_sim.questions.frame.show import print_question

        print_question(screen, asked)


def notes_on_manifest(config: Path, tree: Node) -> Iterator[str]:
    """What to know before a manifest is run again: that it was changed, that the law differs, whose code runs.

    Nothing for any other config: who runs it has written it.
    """
    if config.suffix != ".json":
        return
    from alliance_sim.compiled import LAW_VERSION
    from alliance_sim.experiment.manifest import law_of
    from alliance_sim.files.record import changed_manifest

    changed = changed_manifest(config)
    if changed:
        yield changed
    with only_looking() as policies:
        read_asked(config, tree)
    law = law_of(config) or "unknown"
    if config.name == "manifest.json" and law != LAW_VERSION:
        yield f"that run used law {law}, this program has law {LAW_VERSION}: numbers differ."
    yield from (f"this run runs {code}." for code in code_of(policies))


def code_of(policies: Mapping[str, Path | None]) -> list[str]:
    """Where the code of the policies lies that a config names."""
    return [
        f"the Python code {f'in {file}' if file is not None else 'of an installed module'} (policy {name})"
        for name, file in policies.items()
    ]
