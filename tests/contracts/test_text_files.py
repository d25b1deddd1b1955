"""Every text file that is read or written is UTF-8, whatever the locale of the machine."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_file_is_opened_without_its_encoding() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--select", "PLW1514", "--quiet"]
    folders = ("alliance_sim", "experiments", "docs", "benchmarks", "tests")
    found = subprocess.run([*command, *folders], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert found.stdout == ""
    assert found.returncode == 0
