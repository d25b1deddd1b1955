"""Write the tables of settings into the guides of questions from the declarations: `python docs/make_settings.py`."""

from pathlib import Path

from alliance_sim.questions.frame.kinds import kind_of
from alliance_sim.questions.frame.settings import table
from alliance_sim.report.markdown import Markdown
from alliance_sim.report.markdown import table as markdown

GUIDES = ("power", "optimise")
"""Sections of configs with a guide of the same name beside this file."""

FIRST = "<!-- Written by `python docs/make_settings.py` from the declarations: do not edit it by hand. -->\n"
LAST = "<!-- end -->\n"


def guide(key: str) -> Path:
    """The file of a guide."""
    return Path(__file__).with_name(f"{key}.md")


def page(key: str, text: str) -> str:
    """The guide with the table as it is now."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    rows = [
        {**{name: Markdown(text) for name, text in row.items()}, "setting": Markdown(f"`{row['setting']}`")}
        for row in table(kind_of(key).model).to_dict("records")
    ]
    written = markdown(rows, {name: name for name in rows[0]})
    return f"{before}{FIRST}\n{written}\n\n{LAST}{after}"


if __name__ == "__main__":
    for key in GUIDES:
        guide(key).write_text(page(key, guide(key).read_text("utf-8")), "utf-8")
        print(f"{guide(key)} written.")
