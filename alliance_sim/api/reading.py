"""What a config asks for: read, checked and shown. Heavy modules are imported where they are needed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from alliance_sim.experiment.columns import check_columns
from alliance_sim.questions.frame.config import is_calibration, is_question, question_of, read_config
from alliance_sim.scenario.custom import only_looking
from alliance_sim.scenario.experiment import Experiment, experiment_of
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.tree import Node, plain

if TYPE_CHECKING:
    from alliance_sim.evidence.calibration.config import Calibration
    from alliance_sim.experiment.kept import Stage, StageSize
    from alliance_sim.experiment.rehearsal import WorkForecast
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

        calibration = calibration_of(config, tree)
        print_calibration(screen, calibration)
        print_cost(screen, calibration, tree)
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
        print_cost(screen, asked, tree)


NOT_KNOWN = (
    "not known before a first run: the law is not compiled yet, a policy is code of your own, or a package is missing"
)


def print_cost(screen: Console, asked: "Question | Calibration", tree: Node) -> None:
    """Print how long work in stages takes and how much it writes, as its first pieces show.

    They are measured once for each config, and noted with the compiled code.
    """
    from alliance_sim.api.progress import workers_of
    from alliance_sim.scenario.describe import duration
    from alliance_sim.scenario.screen import print_paragraph

    found, cores = noted_forecast(asked, tree), int(workers_of(None))
    if found is None:
        print_paragraph(screen, "Cost", NOT_KNOWN)
        return
    here = f"; on the {cores} cores of this machine: {duration(found.seconds / cores)}" if cores > 1 else ""
    disk = f"disk: about {max(1, round(found.megabytes)):,} MB"
    print_paragraph(screen, "Cost", f"time on one worker: {duration(found.seconds)}{here}; {disk}")


def noted_forecast(asked: "Question | Calibration", tree: Node) -> "WorkForecast | None":
    """`forecast_of` as it was measured for this config before, noted with the compiled code; else measured now."""
    from alliance_sim.compiled import CACHE
    from alliance_sim.experiment.rehearsal import WorkForecast
    from alliance_sim.sources import installed

    stated = blake2b(json.dumps([installed(), plain(tree)], default=str).encode(), digest_size=8).hexdigest()
    note = CACHE / "forecasts" / f"{stated}.json"
    with suppress(OSError, ValueError, TypeError):
        return WorkForecast(*json.loads(note.read_text(encoding="utf-8")))
    found = forecast_of(asked)
    if found is not None:
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(json.dumps(found), encoding="utf-8")
    return found


def forecast_of(asked: "Question | Calibration") -> "WorkForecast | None":
    """Time and disk of a question or a calibration; None where it cannot be tried here.

    That is where the law is not compiled, where a policy is code of the user's own, and where packages are missing.
    """
    from importlib.util import find_spec

    from alliance_sim.api.progress import is_ready
    from alliance_sim.evidence.calibration.config import Calibration
    from alliance_sim.experiment.rehearsal import rehearse
    from alliance_sim.scenario.screen import progress_console

    points = () if isinstance(asked, Calibration) or asked.world is None else asked.world.points
    needs = ("sklearn",) if isinstance(asked, Calibration) else asked.kind.needs
    own = any(point.scenario.policy_function for point in points)
    if own or not is_ready() or any(find_spec(name) is None for name in needs):
        return None

    def work(folder: Path, stage: "Stage") -> None:
        if isinstance(asked, Calibration):
            from alliance_sim.evidence.calibration.fit import calibrate

            calibrate(asked, folder, 1, stage)
        else:
            asked.kind.run(asked, folder, 1, stage)

    progress_console().print("Its first pieces are simulated now, to see how long it takes here ...")
    return rehearse(work, stages_of(asked))


MANY = 200_000
"""With fewer steps a question writes less than 10 GB: a step, such as a replicate of a setting, writes some kB."""


def gigabytes_of(asked: "Experiment | Question | Calibration") -> float:
    """What a run would write at most; 0 for a question or calibration that cannot write much."""
    if isinstance(asked, Experiment):
        from alliance_sim.experiment.plan import forecast

        return forecast(asked, timed=False).megabytes / 1e3
    found = forecast_of(asked) if sum(size.steps for size in stages_of(asked)) > MANY else None
    return found.megabytes / 1e3 if found is not None else 0.0


def stages_of(asked: "Question | Calibration") -> "Sequence[StageSize]":
    """The stages of a question or a calibration."""
    from alliance_sim.questions.frame.question import Question

    return asked.kind.stages(asked) if isinstance(asked, Question) else asked.effort.stages()


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
