"""Write pages of docs/questions/ from finished questions (`alliance-sim run`, or the command of their kind).

    python docs/make_questions.py NAME [NAME ...]

The answer of results/NAME becomes docs/questions/NAME.md, and its figures become docs/images/questions/NAME_FIGURE.png.
docs/questions/README.md lists all pages with their short answers. Nothing on these pages is written by hand:
docs/make_pages.py runs the command, and then this.
"""

import re
import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).parent
RESULTS = DOCS.parent / "results"
PAGES = DOCS / "questions"


def page(name: str, text: str) -> str:
    """The page of a question: its answer, with pictures at their places."""
    return re.sub(r"\]\(figures/", f"](../images/questions/{name}_", text)


def index() -> str:
    """The list of all pages: title, question and short answer of each."""
    lines = ["# Questions and answers", ""]
    for file in sorted(PAGES.glob("*.md")):
        if file.name != "README.md":
            text = file.read_text(encoding="utf-8")
            title = text.partition("\n")[0].removeprefix("# ")
            said = re.findall(r"^\*\*(?:Question|Answer)\.\*\* (.*?)(?=\n\n)", text, re.MULTILINE | re.DOTALL)
            *question, answer = (" ".join(words.split()) for words in said)
            earlier = re.findall(r"^(\*Made by the earlier law.*\*)$", text, re.MULTILINE)
            lines += [
                f"## [{title}]({file.name})",
                "",
                *earlier,
                *[""] * len(earlier),
                *question,
                "",
                f"> {answer}",
                "",
            ]
    return "\n".join(lines).rstrip("\n") + "\n"


def main(names: list[str]) -> int:
    """Write the named pages."""
    images = DOCS / "images" / "questions"
    images.mkdir(parents=True, exist_ok=True)
    (DOCS / "questions").mkdir(exist_ok=True)
    for name in names:
        text = (RESULTS / name / "answer.md").read_text(encoding="utf-8")
        for figure in re.findall(r"\]\(figures/([\w-]+)\.png\)", text):
            shutil.copyfile(RESULTS / name / "figures" / f"{figure}.png", images / f"{name}_{figure}.png")
        (DOCS / "questions" / f"{name}.md").write_text(page(name, text), encoding="utf-8")
        print(f"docs/questions/{name}.md")
    (DOCS / "questions" / "README.md").write_text(index(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
