"""Write docs/parameters.md from the declarations of the settings: `python docs/make_parameters.py`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from alliance_sim.evidence.findings import published
from alliance_sim.law.about import About, Declared
from alliance_sim.scenario.registry import settings

PAGE = Path(__file__).with_name("parameters.md")
MODEL = PAGE.with_name("model.md")
BEGIN, END = "<!-- patterns: written by python docs/make_parameters.py -->", "<!-- end of patterns -->"

HEAD = """# Settings

Written by `python docs/make_parameters.py` from the declarations beside the rules: do not edit it by hand. A setting's
path is what a config and `--set` use, such as `--set parameters.rupture.base=-3`. *Source* is a finding's id (listed in
[model.md](model.md)), a reference, or "assumption"; "catalogue" means
that the value comes with the chosen treatment, policy or scale.
"""


def number(value: float) -> str:
    """A number as short as it can be read back."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.3g}"


def group_of(setting: Declared) -> str:
    """The part of a path before its last name, as a heading."""
    return setting.path.rpartition(".")[0] or "experiment"


def row(setting: Declared) -> str:
    """One line of a table: name, meaning, unit, default, range, source."""
    name = setting.path.rpartition(".")[2]
    about = setting.about
    if isinstance(about, About):
        span = f"{number(about.low)} to {number(about.high)}"
        cells = [f"`{name}`", about.meaning, about.unit, number(setting.default), span, about.source]
    else:
        pairs = zip(about.options, about.words, strict=True)
        options = [f"`{option.name.lower()}`: {words}" for option, words in pairs]
        default = about.options(int(setting.default)).name.lower()
        cells = [f"`{name}`", about.meaning, "choice", default, "; ".join(options), about.source]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    for group, members in groupby(settings(), group_of):
        yield f"## {group}\n"
        yield "| setting | meaning | unit | default | range | source |"
        yield "|---|---|---|---|---|---|"
        yield from (row(setting) for setting in members)
        yield ""


def page() -> str:
    """The whole page as text."""
    return "\n".join(lines()).rstrip() + "\n"


def patterns() -> str:
    """The findings that may set parameters or only check the model, as a table of docs/model.md."""
    rows = [
        f"| {f.id} | {f.quantity} | {f.printed} ({f.statistic}) | {f.tier} |"
        for tier in ("fit", "validate")
        for f in published(tier)
    ]
    return "\n".join(["| id | finding | published | tier |", "|---|---|---|---|", *rows])


def model() -> str:
    """docs/model.md with its table of patterns as it should be."""
    before, _, rest = MODEL.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{patterns()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    MODEL.write_text(model(), "utf-8")
    print(f"{PAGE} written: {len(settings())} settings.")
