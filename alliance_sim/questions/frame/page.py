"""The page of an answer: a question's facts put into the template of its package, as Markdown and as HTML.

A template `page.md.j2` extends `frame/page.md.j2` and fills the blocks `answer` (at most 150 words and 12 numbers) and
`parts`; what is longer goes to `appendix.md.j2`. A template is given

    view              what the question's `view` returned: plain data, with `Estimate` for numbers that are uncertain

and what `report.markdown` lists.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from alliance_sim.figures.picture import Picture
from alliance_sim.report.markdown import environment, html, tidy
from alliance_sim.scenario.pages import policy

FRAME = Path(__file__).parent
APPENDIX = "appendix.md.j2"


class Pages(NamedTuple):
    """What is said of an answer, as Markdown."""

    short: str  # the answer in a few sentences
    page: str
    appendix: str  # empty where the question has none


def render(folder: Path, facts: Mapping[str, Any], pictures: Sequence[Picture]) -> Pages:
    """The pages of a question whose templates lie in a folder; `facts` are what they are given."""
    templates = environment(folder, pictures=pictures, frame=FRAME)
    template = templates.get_template("page.md.j2")
    answer = template.blocks["answer"](template.new_context(dict(facts)))
    short = str(facts["trial"]) + "".join(answer).strip()
    page = template.render(facts)
    appendix = ""
    if (folder / APPENDIX).exists():
        appendix = templates.get_template(APPENDIX).render(facts)
    return Pages(short, tidy(page), tidy(appendix))


def as_html(title: str, pages: Pages, pictures: Mapping[str, bytes], *, real: bool = False) -> str:
    """The pages as one HTML file that opens offline; `pictures` are PNG files by name, `real`: clients are real."""
    body = re.sub(r"<h1>.*?</h1>", "", html(pages.page, pictures), flags=re.DOTALL)  # the shell shows the title
    sections = re.findall(r"<h2>(.*?)</h2>", body)
    for k, section in enumerate(sections, start=1):
        body = body.replace(f"<h2>{section}</h2>", f'<h2 id="part-{k}">{section}</h2>', 1)
    template = environment(frame=FRAME).overlay(finalize=str).get_template("frame/page.html.j2")
    appendix = html(pages.appendix, pictures)
    return template.render(
        title=escape(title), body=body, sections=sections, policy=policy(), appendix=appendix, real=real
    )
