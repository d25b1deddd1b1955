"""Starting the live page on this machine."""

import json
import os
import secrets
import socket
import subprocess
import sys
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


def serve(config: Path | None, settings: Sequence[str], arm: str | None, port: int, browser: bool, token: str) -> int:
    """Serve the live page on loopback until it is stopped; gives the exit status of the server."""
    scenario = {"config": str(config) if config is not None else None, "settings": list(settings), "arm": arm}
    asked = {**scenario, "port": port, "browser": browser, "token": token}
    environment = os.environ | {ASKED: json.dumps(asked), "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    try:
        command = [sys.executable, "-m", "alliance_sim.live.server"]
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0
