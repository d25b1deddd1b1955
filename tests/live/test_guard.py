"""Only a browser that was given the address of the live page may use it; no page from elsewhere can."""

import asyncio
from collections.abc import MutableMapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from alliance_sim.live.guard import REFUSED, Guard
from alliance_sim.live.model import LiveModel
from alliance_sim.live.serving import address

PORT, TOKEN = 8765, "kept-secret"
HERE = {"host": f"127.0.0.1:{PORT}"}
COOKIE = {"cookie": f"other=1; alliance_sim_{PORT}={TOKEN}"}


def asked(headers: dict[str, str], query: str = "", kind: str = "http", method: str = "GET") -> list[Any]:
    """What is sent back when something is asked of a guarded application, which answers "inside"."""
    sent: list[Any] = []

    async def inside(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"inside"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    sent_along = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "path": "/", "query_string": query.encode(), "headers": sent_along}
    asyncio.run(Guard(inside, PORT, TOKEN)(scope, receive, send))
    return sent


def test_the_address_gives_a_cookie_and_the_cookie_the_page() -> None:
    start, body = asked(HERE, f"token={TOKEN}")
    headers = dict(start["headers"])
    assert headers[b"set-cookie"].decode() == f"alliance_sim_{PORT}={TOKEN}; Path=/; HttpOnly; SameSite=Strict"
    assert b"inside" not in body["body"]
    start, body = asked(HERE | COOKIE)
    assert (start["status"], body["body"]) == (200, b"inside")
    assert (b"content-security-policy", b"frame-ancestors 'none'") in start["headers"]
    own = {"origin": f"http://127.0.0.1:{PORT}"}
    assert asked(HERE | COOKIE | own, kind="websocket")[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "headers",
    [
        HERE,
        HERE | {"cookie": f"alliance_sim_{PORT}=guessed"},
        HERE | {"cookie": f"alliance_sim_{PORT}=é"},
        {"host": f"evil.example:{PORT}"} | COOKIE,  # another name that leads here
        {"host": "127.0.0.1:9999"} | COOKIE,
        COOKIE,
        HERE | COOKIE | {"origin": "http://evil.example"},
        HERE | COOKIE | {"origin": "http://127.0.0.1:9999"},
        HERE | COOKIE | {"origin": "null"},
        HERE | COOKIE | {"HOST": f"127.0.0.1:{PORT}"},  # a header that is there twice
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_anything_else_is_refused(headers: dict[str, str], kind: str) -> None:
    sent = asked(headers, kind=kind)
    if kind == "websocket":
        assert sent == [{"type": "websocket.close", "code": 1008}]
    else:
        assert (sent[0]["status"], sent[1]["body"].decode()) == (403, REFUSED)


@pytest.mark.parametrize(
    ("headers", "query", "kind", "method"),
    [
        (HERE, "token=guessed", "http", "GET"),
        (HERE, f"token={TOKEN}", "http", "POST"),
        (HERE, f"token={TOKEN}", "websocket", "GET"),
        ({"host": "evil.example"}, f"token={TOKEN}", "http", "GET"),
    ],
)
def test_a_token_in_the_address_opens_the_page_and_nothing_else(
    headers: dict[str, str], query: str, kind: str, method: str
) -> None:
    sent = asked(headers, query, kind, method)
    assert sent[0].get("status", 403) == 403
    assert sent[0]["type"] != "websocket.accept"


@pytest.mark.parametrize(
    "change",
    [
        "policy.custom=harm:f",
        '"policy"."custom"=harm:f',
        "policy={custom: harm:f}",
        "policy=./harm.yaml",
        "extends=harm.yaml",
        "parameters=harm.csv",
        "parameters.base=harm.csv",
        "treatment.profile=harm.yaml",
        "design={method: list, file: harm.csv}",
        "arms={a: {policy: {custom: harm:f}}}",
    ],
)
def test_the_page_sets_no_file_and_no_function(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = "from pathlib import Path\nPath('harmed').touch()\ndef f(policy, view): ...\n"
    Path("harm.py").write_text(code, encoding="utf-8")
    Path("harm.yaml").write_text("policy: {custom: 'harm:f'}\n", encoding="utf-8")
    model = LiveModel(further=change)
    assert model.mistake.startswith("the page: ")
    assert model.settings == LiveModel().settings
    assert not Path("harmed").exists()


def test_a_refused_setting_is_told_in_one_line() -> None:
    assert LiveModel(further="policy.custom=harm:f").mistake == (
        "the page: policy.custom: found no setting that can be changed here; allowed: settings that are a number or a "
        "choice (alliance-sim parameters lists them); treatment, policy and symptoms by a name in the catalogue"
    )
    assert LiveModel(policy="other.yaml").mistake.startswith('the page: policy: found the text "other.yaml"; allowed: ')


@pytest.mark.slow
def test_the_server_itself_refuses_and_lets_in(served: str) -> None:
    parts = urlsplit(served)
    port = parts.port or 0
    token = parts.query.partition("=")[2]
    assert served == address(port, token)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    upgrade |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    evil = {"Origin": "http://evil.example"}
    kernel = "/jupyter/api/kernels/1/channels?session_id=1"

    def status(path: str, headers: dict[str, str]) -> int:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
            asking.request("GET", path, headers=headers)
            with asking.getresponse() as answer:
                return answer.status

    cookie = {"Cookie": f"alliance_sim_{port}={token}"}
    for path, headers, expected in (
        ("/", {}, 403),
        ("/", {"Host": f"evil.example:{port}", **cookie}, 403),
        ("/", {**evil, **cookie}, 403),
        (f"/?token={token}", {}, 200),
        ("/", cookie, 200),
        (kernel, upgrade, 403),
        (kernel, {**evil, **upgrade}, 403),
        (kernel, {**evil, **upgrade, **cookie}, 403),
        (kernel, {"Origin": f"http://127.0.0.1:{port}", **upgrade, **cookie}, 101),
    ):
        assert status(path, headers) == expected, (path, headers)
