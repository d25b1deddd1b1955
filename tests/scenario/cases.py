"""Cases of the table of mistakes: the text of a config, changes, files next to it, and the messages that they give."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Case(NamedTuple):
    """One case; `title` is the comment above it."""

    title: str
    files: dict[str, str]
    changes: tuple[str, ...]
    messages: tuple[str, ...]

    def says(self, found: list[str]) -> bool:
        """Whether the messages are these."""
        return len(found) == len(self.messages) and all(map(re.fullmatch, map(_pattern, self.messages), found))


def _pattern(message: str) -> str:
    """A message as a regular expression: without a place it is that of line 1."""
    whole = message[1:] if message.startswith("|") else f"config.yaml, line 1: {message}"
    return ".*".join(map(re.escape, whole.split("...")))


def cases(table: Path = HERE / "mistakes.txt") -> Iterator[Case]:
    """The cases of a table, in its order."""
    title = ""
    held: dict[str, list[str]] = {"config.yaml": []}
    file, changes, messages = "config.yaml", [], []
    for line in [*table.read_text(encoding="utf-8").splitlines(), "#"]:
        if messages and not line.startswith(">"):
            texts = {name: "".join(f"{each}\n" for each in lines) for name, lines in held.items()}
            yield Case(title, texts, tuple(changes), tuple(messages))
            held, file, changes, messages, title = {"config.yaml": []}, "config.yaml", [], [], ""
        if line.startswith("#"):
            title = line.strip("#- ")
        elif line.startswith(">"):
            messages.append(line[2:])
        elif line.startswith("+"):
            changes.append(line[2:])
        elif line.startswith("@ "):
            file = line[2:]
            held[file] = []
        elif line or file != "config.yaml":
            held[file].append(line)
