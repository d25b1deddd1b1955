"""The command line: arguments in, text out, exit status 0 (done), 1 (failed while running) or 2 (bad input).

A command imports what it needs when it is called, so that `--help` and small commands are quick.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alliance_sim.scenario.letters import end_quietly, prepare_output
from alliance_sim.scenario.paths import STDIN, home
from alliance_sim.scenario.problem import ConfigError, Place, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from alliance_sim.evidence.calibration.config import Calibration
    from alliance_sim.questions.frame.question import Question
    from alliance_sim.scenario.experiment import Experiment

app = typer.Typer(
    name="alliance-sim",
    help="Simulate the therapeutic alliance: ask a question in a YAML file, run it, read the answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def piped(config: Path) -> Path:
    """A config, or an example by its name; what comes through a pipe (-, /dev/stdin, <(...)) is read once."""
    from alliance_sim.scenario.examples import by_name

    if config != STDIN and config.is_fifo():
        sys.stdin = TextIOWrapper(BytesIO(config.read_bytes()), encoding="utf-8")
        return STDIN
    found = by_name(config)
    if found != config and (own := config.with_suffix(".yaml")).exists():
        typer.echo(f"{config} is the example that comes with the program; your own copy is {own}", err=True)
    return found


ConfigFile = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help="The YAML file that states the question, or the name of an example; - is standard input.",
        callback=piped,
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
    typer.Option("--overwrite", help="Replace files that alliance-sim did not write, or that were changed since."),
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="Cores to use; default: all of them.")
]
MUCH = 10.0
"""A run that would write more gigabytes asks before it begins."""

Yes = Annotated[bool, typer.Option("--yes", help="Write more than 10 GB without being asked.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Run on a Dask cluster, such as tcp://10.0.0.5:8786, in place of the cores of this machine.",
    ),
]


# ---- from an error to an exit status -------------------------------------------------------------------------------


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
    """An argument with `~` expanded where a path begins, also after `--out=`, where shells do not expand it."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return f"{option}{equals}{home(value)}" if value.startswith("~") else argument


def console() -> "Console":
    """The terminal, or plain text of a fixed width when the output goes elsewhere."""
    from alliance_sim.scenario import screen

    return screen.console()


def bad(option: str, found: str, allowed: str) -> ConfigError:
    """The error for an option that is wrong together with others."""
    return ConfigError([Problem(Place(option), found, allowed)])


def failed(message: str, status: int = 1) -> typer.Exit:
    """Print why a command ends, and return its exit."""
    typer.echo(message, err=True)
    return typer.Exit(status)


def consent(asked: "Experiment | Question | Calibration", folder: Path, yes: bool) -> None:
    """Ask before more than 10 GB are written; where nobody can be asked, raise ConfigError without `yes`."""
    from alliance_sim.api.reading import gigabytes_of
    from alliance_sim.files import errors

    size = 0.0 if yes else gigabytes_of(asked)
    if size <= MUCH:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError([errors.much_to_write(folder, round(size))])
    if not typer.confirm(f"This writes about {size:,.0f} GB into {folder}. Go on?", err=True):
        raise failed("Nothing was run or written.", 2)


def who_works(workers: int | None, scheduler: str | None) -> int | str | None:
    """So many cores, or the address of a scheduler; both together raise ConfigError."""
    if scheduler is None:
        return workers
    if workers is not None:
        raise bad("--workers", "--scheduler as well", "one of the two")
    return scheduler if "://" in scheduler else f"tcp://{scheduler}"


@contextmanager
def resumable(what: str, folder: Path) -> Iterator[None]:
    """End with exit status 1 and one message when a job that can be resumed is stopped or fails."""
    from alliance_sim.experiment.failing import FAILURES

    try:
        yield
    except KeyboardInterrupt:
        message = f"Stopped. What is finished is kept in {folder}; the same command resumes."
    except OSError as error:
        message = f"The {what} failed: {error}. What is finished is kept; the same command resumes."
    except FAILURES as error:
        message = str(error)
    else:
        return
    raise failed(message)


@contextmanager
def stoppable() -> Iterator[None]:
    """End with exit status 1 and one message when a job that keeps nothing is stopped."""
    try:
        yield
    except KeyboardInterrupt:
        raise failed("Stopped; nothing was written.") from None


@contextmanager
def writing(what: str) -> Iterator[None]:
    """End with exit status 1 and one message when a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise failed(f"The {what} could not be written: {error}.") from None


def need(extra: str, packages: Mapping[str, str]) -> None:
    """End with exit status 2 when optional packages (module -> name) are missing, and say how to install them."""
    import importlib.util

    missing = [name for module, name in packages.items() if importlib.util.find_spec(module) is None]
    if missing:
        install = f"pip install 'alliance-sim[{extra}]'"
        raise failed(f"{extra} needs the optional package {' and '.join(missing)}: {install}", 2)


def print_notes(notes: Iterable[str]) -> None:
    """Print notes on stderr, one line each."""
    for note in filter(None, notes):
        typer.echo(f"Note: {note}", err=True)


# ---- the command itself ----------------------------------------------------------------------------------------------


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
