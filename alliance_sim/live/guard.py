"""Who may use the live page: a browser on this machine that was given its address, and no page from elsewhere."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = "token"
"""Name of the token in the address."""

REFUSED = "Refused: this is the live page of alliance_sim. Open it by the whole address that the terminal shows.\n"

_HEADERS = [
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
]
"""The address holds the token, so that it is passed on to nobody; and the page is shown inside no other page."""


def address(port: int, token: str) -> str:
    """The address of the page, with its token."""
    return f"http://127.0.0.1:{port}/?{TOKEN}={token}"


class Guard:
    """An ASGI application in front of another one, which refuses what does not come from the page itself.

    A request or websocket must name this machine as its host (else a page elsewhere could point its own name to this
    machine), must not come from a page of another origin, and must show the token: first in the address, which is
    answered with a cookie, and then in that cookie.
    """

    def __init__(self, guarded: Application, port: int, token: str) -> None:
        """`guarded` is served on `port`."""
        self._guarded = guarded
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._cookie = f"alliance_sim_{port}"
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._guarded(scope, receive, send)
        elif not self._from_here(_headers(scope)):
            await _refuse(scope, send)
        elif self._same(_cookie(_headers(scope), self._cookie)):
            await self._guarded(scope, receive, _with_headers(send))
        elif scope["type"] == "http" and scope["method"] == "GET" and self._same(_in_address(scope)):
            await self._let_in(send)
        else:
            await _refuse(scope, send)

    def _from_here(self, headers: Mapping[str, str]) -> bool:
        """Whether a request names this machine, and comes from no page of another origin."""
        origin = headers.get("origin")
        return headers.get("host") in self._hosts and (origin is None or origin in self._origins)

    def _same(self, token: str) -> bool:
        """Whether a token is ours; it takes as long for any wrong one."""
        return hmac.compare_digest(token.encode(), self._token.encode())

    async def _let_in(self, send: Send) -> None:
        """Give the cookie, and lead to the address without the token.

        A page that leads there, and no redirection: after a redirection from elsewhere a strict cookie is not sent.
        """
        cookie = f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
        page = b'<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>alliance_sim</title>'
        await _answer(send, 200, b"text/html; charset=utf-8", page, [(b"set-cookie", cookie.encode())])


def _headers(scope: Scope) -> dict[str, str]:
    """The headers of a request; of one that is there twice, all values, which are then none that is right."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = text if key not in found else f"{found[key]}; {text}"
    return found


def _cookie(headers: Mapping[str, str], name: str) -> str:
    """The value of a cookie; empty when there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return str(found.value) if found is not None else ""


def _in_address(scope: Scope) -> str:
    """The token in the address; empty when there is none."""
    return str(parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [""])[0])


def _with_headers(send: Send) -> Send:
    """`send` with our headers in every answer."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send) -> None:
    """Answer with 403, or close a websocket before it is open, which is the same."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _answer(send, 403, b"text/plain; charset=utf-8", REFUSED.encode())


async def _answer(
    send: Send, status: int, kind: bytes, body: bytes, more: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), *(more or []), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
