"""Draw the picture of the live page in docs/explore.md: `python docs/make_explore.py`."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[1]
PORT = 8971


def main() -> None:
    """Start the page, play six weeks, take the picture, stop it."""
    command = [sys.executable, "-m", "alliance_sim.cli", "explore", str(ROOT / "configs" / "quickstart.yaml")]
    command += ["--arm", "repair", "--no-browser", "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().split()[3]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1500, "height": 900})
            while True:
                try:
                    page.goto(address)
                    break
                except Error:
                    time.sleep(0.1)
            page.wait_for_selector(".clinic svg")
            for week in range(1, 7):
                page.get_by_role("button", name="Step").click()
                page.wait_for_function(f"document.querySelector('.clinic p').innerText.startsWith('Week {week}:')")
            page.wait_for_timeout(1500)
            page.screenshot(path=ROOT / "docs" / "images" / "explore.png")
            browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    main()
