"""Write the table of settings into docs/power.md from the declarations: `python docs/make_power.py`."""

from pathlib import Path

from alliance_sim.inquiry.answering import markdown_table
from alliance_sim.inquiry.power.tables import settings

PAGE = Path(__file__).with_name("power.md")
FIRST = "<!-- Written by `python docs/make_power.py` from the declarations: do not edit it by hand. -->\n"
LAST = "<!-- end -->\n"


def page(text: str) -> str:
    """The guide with the table as it is now."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    table = settings()
    table["setting"] = [f"`{name}`" for name in table["setting"]]
    return f"{before}{FIRST}\n{markdown_table(table)}\n\n{LAST}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    print(f"{PAGE} written: {len(settings())} settings.")
