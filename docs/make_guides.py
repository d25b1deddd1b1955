"""Runs the examples of guides, and writes what they print into the pages.

    python docs/make_guides.py sweeps own_data optimise   # run every command, and write what it printed below it
    python docs/make_guides.py sweeps --check             # exit status 1 where a command prints something else

A block that begins with ```yaml FILE, ```csv FILE or ```python FILE is written to FILE in an empty folder that holds
copies of configs and docs/data; in a block ```console every line after a $ is run there by a shell, and the lines below
it are what it printed. Times, sizes of files and versions differ from machine to machine and are not compared.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
COPIED = {DOCS / "data": "docs/data", DOCS.parent / "configs": "configs"}
FIGURES = {
    "results/long/figures/beside_the_model.png": "own_data_beside_the_model.png",
    "results/long/figures/session_by_session.png": "own_data_session_by_session.png",
}
"""Figures that a guide shows, as its commands write them, and their names in docs/images."""
BLOCK = re.compile(r"```(\w+)( [\w./]+)?\n(.*?)```", re.DOTALL)
VARYING = re.compile(
    r"about [\d.]+ (?:seconds|minutes|hours)|a second|about [\d,]+ MB|[\d.,]+ MB|\d{4}-\d\d-\d\dT[\d:+]+|[0-9a-f]{16}"
    r"|tcp://\S+|alliance_sim [\d.]+|\d+:\d\d:\d\d"
)

PROGRESS = re.compile(r"━|: \d+ %, \d+:\d\d:\d\d$|^Compil(?:ing the law|ed:) |^Its first pieces are simulated")
"""Lines that say how far a command is."""


def ran(command: str, folder: Path) -> str:
    """What a command prints, run by a shell in a folder; output and messages as they come."""
    environment = {**os.environ, "COLUMNS": "100", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, timeout=600,
    )  # fmt: skip
    lines = [line.rstrip() for line in done.stdout.splitlines() if not PROGRESS.search(line)]
    return "\n".join(lines).strip("\n")


def made(page: str, images: Path | None = None) -> str:
    """The page with the output of every command below it; figures of the page go to the folder `images`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, place in COPIED.items():
            shutil.copytree(source, folder / place)

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
        for source, name in FIGURES.items():
            if images and (folder / source).exists():
                shutil.copyfile(folder / source, images / name)
        return new


def differences(shown: str, printed: str) -> list[str]:
    """Words that differ between a page and what its commands print, but for what varies from machine to machine."""
    before, after = (VARYING.sub("…", " ".join(text.split())).split() for text in (shown, printed))
    return [word for word in difflib.unified_diff(before, after, lineterm="", n=0) if word[:3] not in ("---", "+++")]


def main(names: list[str], check: bool) -> int:
    """Write guides anew, or compare."""
    failed = 0
    for name in names:
        file = DOCS / f"{name}.md"
        page = file.read_text(encoding="utf-8")
        new = made(page, None if check else DOCS / "images")
        missing = re.search(r"^.*: command not found$", new, re.MULTILINE)
        if check:
            print("\n".join(wrong := differences(page, new)))
            failed += bool(wrong)
        elif missing:
            print(f"{file.name} is left as it was: {missing[0]}", file=sys.stderr)
            failed += 1
        else:
            file.write_text(new, encoding="utf-8")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main([each for each in sys.argv[1:] if each != "--check"], "--check" in sys.argv))
