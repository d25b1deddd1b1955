"""Commands about the examples that come with the program: examples, new."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli.app import Overwrite, app, bad, console, writing


@app.command(epilog="Example: alliance-sim examples")
def examples() -> None:
    """List the configs, mappings, lessons and notebooks that come with the program, each by its name."""
    from rich.table import Table

    from alliance_sim.scenario.examples import examples as known

    table = Table("name", "kind", "title", box=None, pad_edge=False)
    for name, example in known().items():
        table.add_row(name, example.kind.replace("_", " "), example.title)
    screen = console()
    screen.print(table)
    screen.print("\nalliance-sim run NAME runs one, alliance-sim lesson NAME writes a lesson.")
    screen.print("alliance-sim new MINE --from NAME copies one here, to be changed.")


@app.command(epilog="Example: alliance-sim new my_question --from rupture_repair")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the new file, with or without its ending.")],
    example: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="EXAMPLE", help="Which example is copied; default: that of this name, else quickstart."
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Copy an example into this folder with its comments and the files that it names: a beginning of your own."""
    from alliance_sim.files.single import refuse_others, write_file
    from alliance_sim.scenario.examples import OPENED_BY, files_of
    from alliance_sim.scenario.examples import examples as known
    from alliance_sim.scenario.paths import home
    from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest

    if not home(name).name:
        raise ConfigError([Problem(Place("NAME"), f'"{name}"', "the name of a new file, such as my_question")])
    if example is None:
        example = home(name).stem if home(name).stem in known() else "quickstart"
    if example not in known():
        allowed = f"the name of an example: {', '.join(known())}"
        raise ConfigError([Problem(Place("--from"), f'"{example}"', allowed, nearest(example, known()))])
    source = known()[example].file
    own = home(name).with_suffix(source.suffix)
    needed = files_of(source)
    copies = {own if path == source else own.parent / named: path for named, path in needed.items()}
    if len(copies) < len(needed):
        raise bad("NAME", f'"{name}"', f"another name: the example itself needs a file {own.name}")
    # a file that is there already and says the same is no other file
    others = {copy: path for copy, path in copies.items() if not _says_the_same(copy, path)}
    refuse_others(others, overwrite)
    with writing("copy"):
        for copy, path in others.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_file(copy, path.read_bytes(), overwrite)
    for copy in copies:
        typer.echo(f"Written: {copy}")
    kind = known()[example].kind
    typer.echo(f"Change it, then: {OPENED_BY.get(kind, 'alliance-sim run')} {shlex.quote(str(own))}")


def _says_the_same(copy: Path, path: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == path.read_bytes()
