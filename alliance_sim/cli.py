"""The command line: arguments in, words out, exit status 0 (done), 1 (failed while running) or 2 (bad input).

A command imports what it needs when it is called, so that `--help` is quick.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alliance_sim.evidence import DRAWS, FEWEST_DRAWS, MOST_DRAWS, SEED
from alliance_sim.scenario.letters import end_quietly, prepare_output, visible
from alliance_sim.scenario.paths import STDIN, home
from alliance_sim.scenario.problem import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from alliance_sim.questions.frame.question import Question

app = typer.Typer(
    name="alliance-sim",
    help="Simulate the therapeutic alliance: ask a question in a YAML file, run it, read the answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _piped(config: Path) -> Path:
    """A config; one that comes through a pipe (-, /dev/stdin, <(...)) is read once, as standard input."""
    if config != STDIN and config.is_fifo():
        sys.stdin = TextIOWrapper(BytesIO(config.read_bytes()), encoding="utf-8")
        return STDIN
    return config


ConfigFile = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help="The YAML file that states the question; - is standard input.",
        callback=_piped,
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set any path of the config; may be repeated."),
]
ResultFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", file_okay=False, help="Result folder; default: results/NAME-OF-CONFIG."),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite", help="Write over files that stand in the way: not written by alliance-sim, or changed since."
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="Cores to use; default: all of them.")
]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; bad input becomes messages on stderr and exit status 2."""
    prepare_output()
    try:
        try:
            app(args=[*map(_at_home, sys.argv[1:] if arguments is None else arguments)], prog_name="alliance-sim")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        end_quietly()
    except ConfigError as error:
        count = len(error.problems)
        typer.echo(f"{error}\n\n{count} mistake{'s' if count > 1 else ''}; nothing was run or written.", err=True)
        sys.exit(2)
    except Exception as error:
        from alliance_sim.experiment.failing import FAILURES

        if not isinstance(error, (*FAILURES, OSError)):
            raise
        typer.echo(f"It failed: {error}" if isinstance(error, OSError) else str(error), err=True)
        sys.exit(1)


def _at_home(argument: str) -> str:
    """An argument with `~` expanded where a path begins, also behind `--out=`, where shells leave it alone."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return f"{option}{equals}{home(value)}" if value.startswith("~") else argument


def console() -> "Console":
    """The terminal, or plain text of a fixed width when the output goes elsewhere."""
    from alliance_sim.scenario import screen

    return screen.console()


@contextmanager
def _running(what: str, folder: Path) -> Iterator[None]:
    """Tell in words, with exit status 1, why something that was running did not end well."""
    from alliance_sim.experiment.failing import FAILURES

    try:
        yield
    except KeyboardInterrupt:
        words = f"Stopped. What is finished is kept in {folder}; the same command goes on from there."
    except OSError as error:
        words = f"The {what} failed: {error}. What is finished is kept; the same command goes on from there."
    except FAILURES as error:
        words = str(error)
    else:
        return
    typer.echo(words, err=True)
    raise typer.Exit(1)


def _note_changes(config: Path) -> None:
    """Say that a manifest was changed after it was written."""
    from alliance_sim.files.record import changed_manifest

    note = changed_manifest(config)
    if note:
        typer.echo(f"Note: {note}", err=True)


def _version(wanted: bool) -> None:
    if wanted:
        from alliance_sim import __version__
        from alliance_sim.compiled import LAW_VERSION

        typer.echo(f"alliance-sim {__version__}, law {LAW_VERSION}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate the therapeutic alliance: ask a question in a YAML file, run it, read the answer."""


@app.command(epilog="Example: alliance-sim check configs/quickstart.yaml --set replicates=5")
def check(config: ConfigFile, settings: Overrides = None) -> None:
    """Check a config and tell in words what it would run, how large it is and how long it takes. Runs nothing."""
    from alliance_sim.scenario.custom import only_looking

    with only_looking() as policies:
        _check(config, settings or ())
    for code in _code_of(policies):
        console().print(f"Running it runs {code}.", markup=False)


def _code_of(policies: Mapping[str, Path | None]) -> list[str]:
    """The code of policies that a config names, in words."""
    return [
        f"the Python code {f'in {file}' if file is not None else 'of an installed module'} (policy {name})"
        for name, file in policies.items()
    ]


def _check(config: Path, settings: Sequence[str]) -> None:
    """Read a config and print what it would do."""
    from alliance_sim.experiment.columns import check_columns
    from alliance_sim.experiment.plan import forecast
    from alliance_sim.experiment.precision import check_precision
    from alliance_sim.questions.frame.config import is_calibration, is_question, question_of, read_config
    from alliance_sim.scenario.describe import print_design, print_size
    from alliance_sim.scenario.experiment import experiment_of
    from alliance_sim.scenario.paths import config_name

    _note_changes(config)
    tree = read_config(config, settings)
    if is_calibration(tree):
        from alliance_sim.evidence.calibration.config import calibration_of
        from alliance_sim.report.fitted import print_calibration

        print_calibration(console(), calibration_of(config, tree))
        return
    if is_question(tree):
        from alliance_sim.questions.frame.show import print_question

        print_question(console(), question_of(config, tree))
        return
    experiment = experiment_of(config, tree, config_name(config))
    check_columns(experiment)
    check_precision(experiment)
    screen = console()
    print_design(screen, experiment)
    size = forecast(experiment)
    print_size(screen, experiment, size.client_sessions, size.seconds, size.megabytes)


@app.command(
    epilog="Examples: alliance-sim parameters rupture   alliance-sim parameters cbt   alliance-sim parameters trauma   "
    "alliance-sim parameters optimise"
)
def parameters(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A path, the beginning of one, a catalogue name, or any word."),
    ] = None,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="Print a JSON schema of configs instead, for editors.")
    ] = False,
) -> None:
    """List settings with meaning, unit, range, default and source; and treatments, policies and instruments."""
    if json_schema:
        import json

        from alliance_sim.scenario.reference import json_schema as schema

        typer.echo(json.dumps(schema(), indent=2))
        return
    from alliance_sim.questions.frame.settings import print_section, section_named
    from alliance_sim.scenario.reference import print_all_settings, print_settings

    section = section_named(name) if name is not None else None
    if name is None:
        print_all_settings(console())
    elif section is not None:
        print_section(console(), section, name.strip(".").partition(".")[2])
    else:
        print_settings(console(), name)


@app.command(epilog="Example: alliance-sim run configs/rupture_repair.yaml --out results/first --set replicates=10")
def run(
    config: ConfigFile,
    out: ResultFolder = None,
    workers: Workers = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Play on a running Dask cluster, such as tcp://10.0.0.5:8786."
        ),
    ] = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
) -> None:
    """Run an experiment or an inquiry: play, estimate, draw, report; running it again goes on where it stopped.

    CONFIG may also be the manifest.json of an earlier run: the run is then repeated to the bit.
    """
    from rich.markdown import Markdown

    from alliance_sim.compiled import LAW_VERSION
    from alliance_sim.experiment.manifest import law_of
    from alliance_sim.questions.frame.config import is_question, question_of, read_config
    from alliance_sim.scenario.experiment import experiment_of
    from alliance_sim.scenario.paths import config_name
    from alliance_sim.study import conduct

    _note_changes(config)
    tree = read_config(config, settings or ())
    if is_question(tree):
        if scheduler is not None:
            from alliance_sim.scenario.problem import Place, Problem

            raise ConfigError([Problem(Place("--scheduler"), "an inquiry", "an experiment; leave --scheduler out")])
        _name_code(config, lambda: question_of(config, tree))
        _inquire(question_of(config, tree), out, workers, overwrite)
        return
    _name_code(config, lambda: experiment_of(config, tree, config_name(config)))
    experiment = experiment_of(config, tree, config_name(config))
    law = law_of(config) or "unknown" if config.name == "manifest.json" else LAW_VERSION
    if law != LAW_VERSION:
        typer.echo(
            f"Note: that run was played by law {law}, this program has law {LAW_VERSION}: numbers differ.", err=True
        )
    folder = out if out is not None else Path("results") / experiment.name
    with _running("run", folder):
        study = conduct(experiment, folder, workers=workers, scheduler=scheduler, overwrite=overwrite)
    screen = console()
    screen.print(Markdown(study.answer))
    screen.print(f"Report: {folder / 'report.html'}", markup=False)


def _name_code(config: Path, read: Callable[[], object]) -> None:
    """Say which files the policies of a manifest run, before they are run: who repeats a run has not written them."""
    from alliance_sim.scenario.custom import only_looking

    if config.suffix != ".json":
        return
    with only_looking() as policies:
        read()
    for code in _code_of(policies):
        typer.echo(f"Note: this run runs {code}.", err=True)


@app.command(
    epilog="Examples: alliance-sim results results   alliance-sim results results/quickstart --sql "
    "'SELECT arm, avg(symptoms_end) FROM replicates GROUP BY arm'"
)
def results(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a run or an answer, or one that holds such folders.")
    ],
    sql: Annotated[
        str | None,
        typer.Option("--sql", metavar="QUERY", help="Ask its tables; a query that is wrong tells which there are."),
    ] = None,
    csv_file: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="With --sql: write all rows to FILE; - is the terminal."),
    ] = None,
    remove_superseded: Annotated[
        bool,
        typer.Option(
            "--remove-superseded", help="Remove finished work that the design or answer of today does not have."
        ),
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """List runs and answers; or show one: its design points, finished or not, or what was found; or query it in SQL."""
    from alliance_sim.estimates.query import QueryError, query
    from alliance_sim.estimates.tables import DESIGN, gaps
    from alliance_sim.files.single import refuse_others, write_file
    from alliance_sim.report.stored import (
        is_calibration,
        print_answer,
        print_calibrated,
        print_rows,
        print_run,
        print_runs,
        runs_in,
    )
    from alliance_sim.scenario.problem import Place, Problem

    if remove_superseded:
        _remove_superseded(folder, sql)
        return
    if sql is None and is_calibration(folder):
        print_calibrated(console(), folder)
        return
    runs = runs_in(folder) if sql is None or not (folder / DESIGN).exists() else []
    if csv_file is not None and sql is None:
        raise ConfigError([Problem(Place("--csv"), "no query", "--sql QUERY, whose rows are written")])
    if csv_file not in (None, "-"):
        refuse_others([Path(csv_file)], overwrite)
    if sql is None:
        only = runs[0] if runs[0].folder == folder else None
        if only is None:
            print_runs(console(), runs)
        elif only.inquiry:
            print_answer(console(), only)
        else:
            print_run(console(), only)
        return
    if runs and runs[0].folder != folder:
        raise ConfigError([Problem(Place(str(folder)), "a folder of runs", "with --sql, the folder of one run")])
    try:
        rows = query(folder, sql)
        missing = gaps(folder)
    except QueryError as error:
        typer.echo(visible(f"--sql: {error}"), err=True)
        raise typer.Exit(2) from None
    for words in missing:
        typer.echo(f"Note: there are {words}; run the config again.", err=True)
    if csv_file is None:
        print_rows(console(), rows)
    elif csv_file == "-":
        typer.echo(rows.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        try:
            write_file(Path(csv_file), rows.to_csv(index=False, lineterminator="\n"), overwrite)
        except OSError as error:
            raise ConfigError(
                [Problem(Place("--csv"), f"{csv_file} ({error})", "a file that can be written")]
            ) from None
        typer.echo(f"Written: {csv_file} ({len(rows):,} rows)")


def _remove_superseded(folder: Path, sql: str | None) -> None:
    """Remove finished work of a result folder that is not read any more."""
    from alliance_sim.experiment.failing import FAILURES
    from alliance_sim.files.record import read_record
    from alliance_sim.report.stored import print_removed
    from alliance_sim.scenario.problem import Place, Problem

    if sql is not None:
        raise ConfigError([Problem(Place("--remove-superseded"), "a query", "one of the two")])
    if read_record(folder) is None:
        words = "the folder of one run, answer or calibration, which has a written.json"
        raise ConfigError([Problem(Place(str(folder)), "no result folder", words)])
    try:
        print_removed(console(), folder)
    except (OSError, *FAILURES) as error:
        typer.echo(f"Not removed: {error}", err=True)
        raise typer.Exit(1) from None


@app.command(epilog="Example: alliance-sim story configs/rupture_repair.yaml --arm repair --client 12")
def story(
    config: ConfigFile,
    client: Annotated[
        int | None, typer.Option("--client", metavar="ID", help="Which client (from 1); default: an instructive one.")
    ] = None,
    arm: Annotated[
        str | None, typer.Option("--arm", metavar="NAME", help="Which arm; default: the first beside the baseline.")
    ] = None,
    replicate: Annotated[int, typer.Option("--replicate", metavar="N", help="Which simulated clinic (from 1).")] = 1,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Also draw the story: FILE.png and FILE.svg.")
    ] = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
) -> None:
    """Tell one treatment session by session in words, and its twin: the same client in the baseline arm."""
    from alliance_sim.figures.picture import figure_files, save_single
    from alliance_sim.files.single import refuse_others
    from alliance_sim.report.telling import by_playing
    from alliance_sim.scenario import load
    from alliance_sim.scenario.experiment import check_choice
    from alliance_sim.study import compile_law

    experiment = load(config, settings or ())
    check_choice(experiment, arm=arm, client=client, replicate=replicate)
    if figure is not None:
        refuse_others(figure_files(figure).values(), overwrite)
    compile_law()
    told = by_playing(experiment, arm=arm, client=client, replicate=replicate)
    if told is None:
        typer.echo("In this clinic nobody had a session, so there is no treatment to tell.", err=True)
        raise typer.Exit(1)
    console().print(told.story.text(), markup=False)
    if figure is not None:
        with _written("figure"):
            save_single(told.picture.figure, figure, overwrite)


@app.command(epilog="Examples: alliance-sim evidence   alliance-sim evidence --json evidence.json --figure evidence")
def evidence(
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write FILE, a record a finding.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Also write FILE, a row a published number.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Also draw the comparison: FILE.png and FILE.svg.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write all of these into DIR: evidence.json, .csv, .png and .svg."),
    ] = None,
    parameters: Annotated[
        str,
        typer.Option("--parameters", metavar="NAME", help="calibrated, posterior, or the path of a CSV file of draws."),
    ] = "posterior",
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            min=FEWEST_DRAWS,
            max=MOST_DRAWS,
            help="Simulated practices, each under its own draw.",
        ),
    ] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Where luck starts from.")] = SEED,
    workers: Workers = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare the model with every published finding: those that set parameters, and those held out."""
    from alliance_sim.files.single import refuse_others
    from alliance_sim.report.literature import comparison_files, print_comparison, write_comparison
    from alliance_sim.study import face_literature

    if out is not None:
        json_file, csv_file, figure = (
            json_file or out / "evidence.json",
            csv_file or out / "evidence.csv",
            figure or out / "evidence",
        )
    refuse_others(comparison_files(json_file, csv_file, figure), overwrite)
    try:
        compared = face_literature(parameters, draws, seed, workers=workers)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        raise typer.Exit(1) from None
    print_comparison(console(), compared, draws, parameters)
    with _written("comparison"):
        written = write_comparison(compared, json_file, csv_file, figure, overwrite)
    for file in written:
        typer.echo(f"Written: {file}")


@app.command(
    epilog="Examples: alliance-sim calibrate configs/calibration.yaml --quick   "
    "alliance-sim calibrate configs/calibration.yaml --set effort.points=6000"
)
def calibrate(
    config: ConfigFile,
    out: ResultFolder = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="A trial of a few minutes: it shows that everything works, and finds little."),
    ] = False,
    workers: Workers = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
) -> None:
    """Fit the free parameters to published findings that may set them; run again, it goes on where it stopped."""
    from alliance_sim.evidence.calibration.config import load_calibration
    from alliance_sim.report.fitted import print_fit
    from alliance_sim.study import fit_literature

    calibration = load_calibration(config, settings or (), quick=quick)
    _need("calibrate", {"sklearn": "scikit-learn", "numpyro": "numpyro"})
    folder = out if out is not None else Path("results") / (calibration.name + ("_quick" if quick else ""))
    with _running("calibration", folder):
        fit_literature(calibration, folder, workers=workers, overwrite=overwrite)
    print_fit(console(), folder)


def _question(name: str, example: str, words: str) -> None:
    """Add the command of a kind of question; all of them take the same."""

    def command(
        config: ConfigFile,
        out: ResultFolder = None,
        workers: Workers = None,
        settings: Overrides = None,
        overwrite: Overwrite = False,
    ) -> None:
        _inquire_as(name, config, out, workers, settings, overwrite)

    app.command(name, help=words, epilog=f"Example: alliance-sim {name} {example}")(command)


_question(
    "sensitivity",
    "configs/sensitivity.yaml --out results/what_matters",
    "Tell which parameters an estimate depends on: Morris screening, then Sobol indices with intervals.",
)
_question(
    "power",
    "configs/power.yaml --set power.wanted=0.9",
    "Plan a trial: its power at every size, false positives in the null world, the smallest design that suffices.",
)
_question(
    "optimise",
    "configs/optimise.yaml --set optimise.trials=50",
    "Search the repair policy that is best for each profile of clients, and test the winner on new people.",
)


@app.command(
    epilog="Examples: alliance-sim data docs/data/long.yaml   "
    "alliance-sim data my_clinic.yaml --beside configs/quickstart.yaml"
)
def data(
    mapping: Annotated[
        Path,
        typer.Argument(
            metavar="MAPPING",
            help="The YAML file that says which column of your table holds what.",
            callback=_piped,
        ),
    ],
    out: ResultFolder = None,
    beside: Annotated[
        Path | None,
        typer.Option(
            "--beside", metavar="CONFIG", help="The worlds to be held against: the arms of CONFIG; default: the model."
        ),
    ] = None,
    workers: Workers = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
) -> None:
    """Estimate from a table of your own, and tell where your clinic lies among simulated clinics of its size."""
    from alliance_sim.questions.frame.config import question_of, read_config

    _inquire(question_of(mapping, read_config(mapping, settings or (), beside), "data"), out, workers, overwrite)


@app.command(epilog="Examples: alliance-sim lesson   alliance-sim lesson rupture-repair --out lesson.html")
def lesson(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A lesson that is shipped, or a YAML file of your own; without: a list."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The page to write; default: NAME.html.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a lesson as one page that opens by double-click, offline; all of its numbers are played now."""
    from alliance_sim.lesson.library import find, shipped
    from alliance_sim.lesson.reading import load

    if name is None:
        screen = console()
        for known in shipped():
            screen.print(f"{known}: {load(find(known)).lesson.question}", markup=False)
        return
    from alliance_sim.scenario.paths import folder_name
    from alliance_sim.study import write_lesson

    loaded = load(find(name))
    file = out if out is not None else Path(f"{folder_name(loaded.path.stem)}.html")
    if file.is_dir():
        from alliance_sim.scenario.problem import Place, Problem

        raise ConfigError([Problem(Place("--out"), f"the folder {file}", "a file, such as lesson.html")])
    try:
        with _written("page"):
            file.parent.mkdir(parents=True, exist_ok=True)
            size = write_lesson(loaded, file, overwrite=overwrite)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Written: {file} ({size / 1e6:.1f} MB). Open it in a browser; it needs no network.")


@app.command(epilog="Example: alliance-sim explore configs/quickstart.yaml --arm repair")
def explore(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="CONFIG", help="The YAML file whose world is played; default: the defaults."),
    ] = None,
    arm: Annotated[str | None, typer.Option("--arm", metavar="NAME", help="Which arm; default: the baseline.")] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port on this machine.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Whether a browser is opened.")] = True,
    settings: Overrides = None,
) -> None:
    """Open the live page on this machine: the running clinic, week by week, with its settings. Ctrl-C ends it."""
    from alliance_sim.live.guard import address
    from alliance_sim.live.serving import NEEDED, free, new_token, serve
    from alliance_sim.live.world import world_of

    world_of(config, settings or (), arm)
    if not free(port):
        from alliance_sim.scenario.problem import Place, Problem

        raise ConfigError([Problem(Place("--port"), f"{port}, which is in use", "a port that is free, such as 8766")])
    _need("explore", {name: name for name in NEEDED})
    token = new_token()
    typer.echo(f"The live page: {address(port, token)} (Ctrl-C ends it)")
    raise typer.Exit(serve(config, settings or (), arm, port, browser, token))


@contextmanager
def _written(what: str) -> Iterator[None]:
    """Tell in words, with exit status 1, why a file could not be written."""
    try:
        yield
    except OSError as error:
        typer.echo(f"The {what} could not be written: {error}.", err=True)
        raise typer.Exit(1) from None


def _inquire(asked: "Question", out: Path | None, workers: int | None, overwrite: bool) -> None:
    """Answer an inquiry and print the short answer."""
    from rich.markdown import Markdown

    from alliance_sim.study import inquire

    _need(asked.kind.key, {name: name for name in asked.kind.needs})
    folder = out if out is not None else Path("results") / asked.name
    with _running("inquiry", folder):
        answered = inquire(asked, folder, workers=workers, overwrite=overwrite)
    screen = console()
    screen.print(Markdown(answered.short))
    screen.print(f"\nThe whole answer: {folder / 'report.html'} (and answer.md)", markup=False)


def _inquire_as(
    key: str, config: Path, out: Path | None, workers: int | None, settings: list[str] | None, overwrite: bool
) -> None:
    """Answer an inquiry of one kind."""
    from alliance_sim.questions.frame.config import load_question

    _inquire(load_question(config, settings or (), key), out, workers, overwrite)


def _need(extra: str, packages: Mapping[str, str]) -> None:
    """End with exit status 2 when optional packages (module -> name) are missing, and say how to install them."""
    import importlib.util

    missing = [name for module, name in packages.items() if importlib.util.find_spec(module) is None]
    if missing:
        words = f"pip install 'alliance-sim[{extra}]'"
        typer.echo(f"{extra} needs the optional package {' and '.join(missing)}: {words}", err=True)
        raise typer.Exit(2)


if __name__ == "__main__":
    main()
