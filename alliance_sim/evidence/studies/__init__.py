"""Studies in silico: what the literature asked of real practice, asked of a simulated one; one finding, one study."""

from importlib import import_module
from pkgutil import iter_modules

from alliance_sim.evidence.studies.study import STUDIES

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

__all__ = ["STUDIES"]
