"""Words of the user on pages: never HTML, never a script; and what a page of ours may do at all."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from markdown_it import MarkdownIt

_LINK = re.compile(r"(https?:|mailto:|#|\.{0,2}/|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
"""Links that pages have: to the network, or to files next to the page."""

_SIGNS = re.compile(r"[\\`*\[\]<>|~&{}]|(?<![^\W_])_|_(?![^\W_])|^[#+-]|^\d+[.)]")
"""What Markdown may take for more than a letter."""


def policy(scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page that needs nothing but itself, with the scripts that may run in it."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes or chr(39) + 'none' + chr(39)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def renderer() -> MarkdownIt:
    """Markdown to HTML, with tables; HTML in it is shown as text, and links lead to pages only."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    return made


def escaped(word: str) -> str:
    r"""A word in Markdown that is shown as it is.

    >>> print(escaped("a*b [x](javascript:y) <i>"), escaped("goal_end"))
    a\*b \[x\](javascript:y) \<i\> goal_end
    """
    return _SIGNS.sub(lambda sign: "".join(c if c.isalnum() else f"\\{c}" for c in sign[0]), word)
