"""Runs the examples of docs/sweeps.md and writes their output into the page.

    python docs/make_sweeps.py            # run every command, and write what it printed below it
    python docs/make_sweeps.py --check    # run every command; exit status 1 where its output is another one

A block that begins with ```yaml FILE, ```csv FILE or ```python FILE is written to FILE in an empty folder; in a block
```console every line after a $ is run there by a shell, and the lines below it are what it printed. Times, sizes of
files and versions differ from machine to machine and are not compared.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).with_name("sweeps.md")
BLOCK = re.compile(r"```(\w+)( [\w./]+)?\n(.*?)```", re.DOTALL)
VARYING = re.compile(
    r"about [\d.]+ (?:seconds|minutes|hours)|a second|about [\d,]+ MB|[\d.,]+ MB|\d{4}-\d\d-\d\dT[\d:+]+|[0-9a-f]{16}"
    r"|tcp://\S+|alliance_sim [\d.]+|\d+:\d\d:\d\d"
)

Step = Callable[[Path], None]


def ran(command: str, folder: Path) -> str:
    """What a command prints, run by a shell in a folder; output and messages as they come."""
    environment = {**os.environ, "COLUMNS": "100", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, timeout=600,
    )  # fmt: skip
    lines = [line.rstrip() for line in done.stdout.splitlines() if "━" not in line]
    return "\n".join(lines).strip("\n")


def made(page: str, before: Step = lambda _: None, after: Step = lambda _: None) -> str:
    """The page with the output of every command below it; steps before and after the commands get their folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before(folder)

        def block(found: re.Match[str]) -> str:
            kind, file, text = found[1], (found[2] or "").strip(), found[3]
            if file:
                (folder / file).write_text(text, encoding="utf-8")
            if kind != "console":
                return found[0]
            parts = []
            for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", text, re.MULTILINE):
                print("$", command, flush=True)
                parts.append(f"$ {command}\n{ran(command, folder)}".strip())
            return "```console\n" + "\n\n".join(parts) + "\n```"

        new = BLOCK.sub(block, page)
        after(folder)
        return new


def main(file: Path, making: Callable[[str], str]) -> int:
    """Write a page anew, or compare."""
    page = file.read_text(encoding="utf-8")
    new = making(page)
    if "--check" not in sys.argv:
        if missing := re.search(r"^.*: command not found$", new, re.MULTILINE):
            print(f"{file.name} is left as it was: {missing[0]}", file=sys.stderr)
            return 1
        file.write_text(new, encoding="utf-8")
        return 0
    before, after = (VARYING.sub("…", text).splitlines() for text in (page, new))
    apart = [(a, b) for a, b in zip(before, after, strict=False) if a.split() != b.split()]
    for old, other in apart[:20]:
        print(f"- {old}\n+ {other}")
    return int(bool(apart) or len(before) != len(after))


if __name__ == "__main__":
    sys.exit(main(PAGE, made))
