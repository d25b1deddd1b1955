"""The server of the live page, a process of its own: `python -m alliance_sim.live.server`, started by `serving`."""

import json
import os
import threading
import time
import webbrowser

import uvicorn
from solara.server import settings

from alliance_sim.live.guard import Guard, address
from alliance_sim.live.serving import ASKED

APP = "alliance_sim.live.app"


def main() -> None:
    """Serve the page until Ctrl-C, on this machine only."""
    asked = json.loads(os.environ[ASKED])
    port, token = asked["port"], asked["token"]
    os.environ |= {"SOLARA_APP": APP, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(port)}
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
    if asked["browser"]:
        threading.Thread(target=_open, args=(server, address(port, token)), daemon=True).start()
    server.run()


def _open(server: uvicorn.Server, where: str) -> None:
    """Open the page in a browser as soon as it is served."""
    while not server.started:
        time.sleep(0.1)
    webbrowser.open(where)


if __name__ == "__main__":
    main()
