"""Serving the live page on this machine, from a process of its own: `python -m alliance_sim.live.serving`."""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

ASKED = "ALLIANCE_SIM_EXPLORE"
"""Environment variable with what the server runs, where, and for whom."""

NEEDED = ("solara", "altair", "networkx", "solara_assets")
"""Modules of the extra `explore`."""


def free(port: int) -> bool:
    """Whether a port of this machine can be served."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def new_token() -> str:
    """What an address must hold to be answered; nobody guesses it."""
    return secrets.token_urlsafe(24)


def address(port: int, token: str) -> str:
    """The address of the page, with its token."""
    return f"http://127.0.0.1:{port}/?token={token}"


def serve(config: Path | None, settings: Sequence[str], arm: str | None, port: int, browser: bool, token: str) -> int:
    """Serve the live page on loopback until it is stopped; gives the exit status of the server."""
    scenario = {"config": str(config) if config is not None else None, "settings": list(settings), "arm": arm}
    asked = json.dumps({**scenario, "port": port, "browser": browser, "token": token})
    environment = os.environ | {ASKED: asked, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    try:
        return subprocess.run([sys.executable, "-m", __name__], env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def main() -> None:
    """The server itself, until Ctrl-C: what it serves, and to whom, stands in the environment."""
    import uvicorn
    from solara.server import settings

    from alliance_sim.live.guard import Guard

    asked = json.loads(os.environ[ASKED])
    port, token = asked["port"], asked["token"]
    os.environ |= {"SOLARA_APP": "alliance_sim.live.app", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(port)}
    settings.main.mode = "production"
    from solara.server.starlette import app  # reads SOLARA_APP

    config = uvicorn.Config(
        Guard(app, port, token),
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    def open_when_served() -> None:
        while not server.started:
            time.sleep(0.1)
        webbrowser.open(address(port, token))

    if asked["browser"]:
        threading.Thread(target=open_when_served, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
