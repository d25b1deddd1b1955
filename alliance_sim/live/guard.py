"""Who may use the live page: a browser on this machine that was given its address, and no page from elsewhere."""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

REFUSED = "Refused: this is the live page of alliance_sim. Open it by the whole address that the terminal shows.\n"

HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": "frame-ancestors 'none'",
}
"""The address holds the token, so that it is passed on to nobody; and the page is shown inside no other page."""

NOT_KEPT = HEADERS | {"cache-control": "no-store"}

LED = '<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>alliance_sim</title>'
"""Leads to the address without the token. A page that leads there, and no redirection: after a redirection from
elsewhere a strict cookie is not sent."""


class Guard:
    """An ASGI application in front of another one, which refuses what does not come from the page itself.

    A request or websocket must name this machine as its host (else a page elsewhere could point its own name to this
    machine), must not come from a page of another origin, and must show the token: first in the address, which is
    answered with a cookie, and then in that cookie.
    """

    def __init__(self, guarded: Application, port: int, token: str) -> None:
        """`guarded` is served on `port`."""
        self._guarded, self._token = guarded, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"alliance_sim_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._guarded(scope, receive, send)
            return
        asked, browsing = HTTPConnection(scope), scope["type"] == "http"
        if self._from_here(asked) and self._same(asked.cookies.get(self._cookie, "")):
            await self._guarded(scope, receive, _with_headers(send))
        elif not browsing:
            await send({"type": "websocket.close", "code": 1008})  # before it is open, which is the same as a 403
        elif self._from_here(asked) and scope["method"] == "GET" and self._same(asked.query_params.get("token", "")):
            cookie = f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
            await HTMLResponse(LED, headers=NOT_KEPT | {"set-cookie": cookie})(scope, receive, send)
        else:
            await PlainTextResponse(REFUSED, 403, NOT_KEPT)(scope, receive, send)

    def _from_here(self, asked: HTTPConnection) -> bool:
        """Whether a request names this machine, and comes from no page of another origin.

        A header that is there twice is none that is right.
        """
        hosts, origins = (asked.headers.getlist(name) for name in ("host", "origin"))
        own = [[f"http://{host}"] for host in self._hosts]
        return hosts in [[host] for host in self._hosts] and (not origins or origins in own)

    def _same(self, token: str) -> bool:
        """Whether a token is ours; it takes as long for any wrong one."""
        return hmac.compare_digest(token.encode(), self._token.encode())


def _with_headers(send: Send) -> Send:
    """`send` with our headers, besides its own, in every answer."""
    ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *ours]}
        await send(message)

    return sending
