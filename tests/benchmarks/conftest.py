"""Lets tests import the benchmarks, which are scripts beside the package and no part of it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
