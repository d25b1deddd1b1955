"""The live page, served as a user serves it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a live page that is served; its server is stopped as Ctrl-C stops it, and must end well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "alliance_sim.cli", "explore", "--no-browser", "--port", str(port)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True, **streams) as server:
        assert server.stdout is not None
        try:
            address = server.stdout.readline().split()[3]
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert server.poll() is None
            yield address
        finally:
            os.killpg(server.pid, signal.SIGINT)
            assert server.wait(timeout=30) == 0
