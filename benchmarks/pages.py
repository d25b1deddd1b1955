"""How quickly the pages answer, in headless Chromium: `python benchmarks/pages.py`.

The live page: seconds from the command to the first picture, and from a click on Step to the new picture, for 200
clients. Lessons: from a changed control to the drawn page. Medians of repeated measurements.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from alliance_sim.lesson.library import find, shipped
from alliance_sim.lesson.reading import load
from alliance_sim.lesson.writing import write

STEP = """() => new Promise((done) => {
  const start = performance.now(), old = document.querySelector('.clinic p').innerText;
  const seen = new MutationObserver(() => {
    if (document.querySelector('.clinic p')?.innerText !== old) { seen.disconnect(); requestAnimationFrame(() => done(performance.now() - start)); }
  });
  seen.observe(document.body, {subtree: true, childList: true, characterData: true});
  [...document.querySelectorAll('button')].find((one) => one.innerText.trim().toUpperCase() === 'STEP').click();
})"""  # noqa: E501
CHANGE = """() => {
  state.screen = lesson.screens.findIndex((screen) => screen.controls.length); show(false);
  const name = lesson.screens[state.screen].controls.find((one) => one !== 'client');
  const block = blockWith(lesson.screens[state.screen], name), times = [];
  for (let turn = 0; turn < 20; turn++) {
    const start = performance.now();
    act.set(name, block.factors[name][turn % block.factors[name].length]);
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def live(page: Page) -> None:
    """Start, step and stop the live page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    command = [sys.executable, "-m", "alliance_sim.cli", "explore", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = server.stdout.readline().split()[3]
    try:
        while True:
            try:
                page.goto(address)
                break
            except Error:
                time.sleep(0.05)
        page.wait_for_selector(".clinic svg")
        print(f"live page: first picture after {time.perf_counter() - start:.1f} s")
        times = [page.evaluate(STEP) for _ in range(12)]
        print(
            f"live page: a step of 200 clients drawn in {statistics.median(times):.0f} ms (slowest {max(times):.0f} ms)"
        )
    finally:
        server.send_signal(2)
        server.wait()


def lessons(page: Page) -> None:
    """Change a control of every lesson."""
    with tempfile.TemporaryDirectory() as folder:
        for name in shipped():
            file = Path(folder) / f"{name}.html"
            size = write(load(find(name)), file)
            page.goto(file.as_uri())
            times = page.evaluate(CHANGE)
            print(f"{name}: {size / 1e6:.1f} MB, a control answers in {statistics.median(times):.1f} ms")


def main() -> None:
    """Measure both."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        lessons(page)
        live(page)
        browser.close()


if __name__ == "__main__":
    main()
