"""Runs the example of docs/optimise.md, and writes what it printed into the page.

    python docs/make_optimise.py            # run the command, and write what it printed below it
    python docs/make_optimise.py --check    # run the command; exit status 1 where its output is another one

The blocks are those of make_sweeps.py; the table of settings is written by make_settings.py.
"""

import sys
from pathlib import Path

from make_sweeps import made, main

PAGE = Path(__file__).with_name("optimise.md")

if __name__ == "__main__":
    sys.exit(main(PAGE, made))
