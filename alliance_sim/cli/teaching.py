"""Commands for teaching: lesson and explore."""

from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli.app import Overrides, Overwrite, app, bad, console, need, stoppable, writing


@app.command(epilog="Examples: alliance-sim lesson   alliance-sim lesson rupture-repair --out lesson.html")
def lesson(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A shipped lesson, or a YAML file of your own; without: a list."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The page to write; default: NAME.html.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a lesson as one page that opens by double-click, offline; its numbers are simulated now."""
    from alliance_sim.lesson.library import find, questions
    from alliance_sim.lesson.reading import load
    from alliance_sim.scenario.paths import folder_name

    if name is None:
        for known, question in questions().items():
            console().print(f"{known}: {question}", markup=False)
        return
    from alliance_sim.api.work import write_lesson

    loaded = load(find(name))
    file = out if out is not None else Path(f"{folder_name(loaded.path.stem)}.html")
    if file.is_dir():
        raise bad("--out", f"the folder {file}", "a file, such as lesson.html")
    with stoppable(), writing("page"):
        file.parent.mkdir(parents=True, exist_ok=True)
        size = write_lesson(loaded, file, overwrite=overwrite)
    typer.echo(f"Written: {file} ({size / 1e6:.1f} MB). Open it in a browser; it needs no network.")


@app.command(epilog="Example: alliance-sim explore configs/quickstart.yaml --arm repair")
def explore(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="CONFIG", help="The YAML file whose scenario is run; default: the defaults."),
    ] = None,
    arm: Annotated[str | None, typer.Option("--arm", metavar="NAME", help="Which arm; default: the baseline.")] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port on this machine.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Whether to open a browser.")] = True,
    settings: Overrides = None,
) -> None:
    """Open the live page on this machine: a clinic that runs week by week, with its settings. Ctrl-C ends it."""
    from alliance_sim.live.serving import NEEDED, address, free, new_token, serve
    from alliance_sim.live.setup import setup_of

    setup_of(config, settings or (), arm)
    if not free(port):
        raise bad("--port", f"{port}, which is in use", "a port that is free, such as 8766")
    need("explore", {name: name for name in NEEDED})
    token = new_token()
    typer.echo(f"The live page: {address(port, token)} (Ctrl-C ends it)")
    raise typer.Exit(serve(config, settings or (), arm, port, browser, token))
