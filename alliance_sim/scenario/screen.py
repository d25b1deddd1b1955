"""Where words and tables are shown: any terminal, pipe or file, however narrow it is."""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from alliance_sim.scenario.letters import prepare_output, visible

WIDTH = 110
"""Letters on a line where the output goes to a file or into a pipe."""

LONGEST_CELL = 60
"""So wide is a column of a query at most; a longer text goes on in the next line."""

LABEL = 11
"""Width of the column of labels before paragraphs; a longer label widens its own."""

NARROW = 45
"""Below so many letters on a line, paragraphs have no hanging indent."""


class Terminal(Console):
    """A console on which no text that it is given can steer the terminal."""

    def on_broken_pipe(self) -> None:
        """Without a reader of progress the work goes on; without one of the answer there is nothing more to say."""
        if not self.stderr:
            raise BrokenPipeError
        self.quiet = True

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of what is printed."""
        for piece in super().render(renderable, options):
            if piece.control or piece.text.isprintable() or piece.text == "\n":
                yield piece
            else:
                yield Segment(visible(piece.text), piece.style)


def console() -> Console:
    """The terminal, or plain text of a fixed width when the output goes elsewhere."""
    return _console(highlight=False)


def progress_console() -> Console:
    """Where progress is shown: stderr; in a notebook a widget, if ipywidgets is there (without it, rich would warn)."""
    return _console(stderr=True, force_jupyter=None if find_spec("ipywidgets") else False)


def _console(**options: Any) -> Console:
    prepare_output()
    screen = Terminal(**options, markup=False, emoji=False)
    wide = screen.is_terminal or (screen.is_jupyter and screen.stderr)
    return screen if wide else Terminal(**options, markup=False, emoji=False, width=WIDTH)


def print_paragraph(screen: Console, label: str, text: str) -> None:
    """Print a labelled paragraph with a hanging indent."""
    if screen.width < NARROW:
        screen.print(Text(f"{label}: ", style="cyan") + Text(" ".join(text.split())), overflow="fold")
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=max(LABEL, len(label)), no_wrap=True)
    grid.add_column()
    grid.add_row(Text(label, style="cyan"), Text(" ".join(text.split())))
    screen.print(grid)


def table_of(title: str, *columns: str) -> Table:
    """An empty table with a title and heads; nothing that is put into it is cut off."""
    table = Table(
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    return table


def print_table(screen: Console, table: Table) -> None:
    """Print a table; where the terminal is too narrow for its words, a line for each of its cells."""
    if _narrowest(table) <= screen.width:
        screen.print(table)
        return
    if table.title:
        screen.print(Text(str(table.title), style="bold"))
    cells = [list(column.cells) for column in table.columns]
    for row in zip(*cells, strict=True):
        screen.print()
        for column, cell in zip(table.columns, row, strict=True):
            head = Text(f"{column.header}: " if str(column.header) else "")
            screen.print(head + (cell if isinstance(cell, Text) else Text(str(cell))), overflow="fold")


def _narrowest(table: Table) -> int:
    """Letters on a line that a table of `table_of` needs: the longest word of each column, and blanks between them.

    Rich measures the same, but as slowly as it prints.
    """
    longest = (
        max((cell_len(word) for cell in (column.header, *column.cells) for word in str(cell).split()), default=0)
        for column in table.columns
    )
    return sum(longest) + 3 * len(table.columns) - 1


def columns_that_fit(screen: Console, heads: list[str], rows: list[list[str]]) -> int:
    """How many columns of a table, from the first on, fit next to each other in full; one at least."""
    used = 0
    for k, head in enumerate(heads):
        widest = max(Text(line).cell_len for cell in [head, *(row[k] for row in rows)] for line in cell.split("\n"))
        used += min(widest, LONGEST_CELL) + (3 if k else 0)  # blanks between columns
        if used > screen.width:
            return max(k, 1)
    return len(heads)
