"""Studies in silico: what the literature asked of real practice, asked of a simulated one; one finding, one study."""

from importlib import import_module
from pkgutil import iter_modules

from alliance_sim.evidence.studies.study import Study

STUDIES: dict[str, Study] = {
    study.finding: study
    for module in iter_modules(__path__)
    if module.name != "study"
    for study in import_module(f"{__name__}.{module.name}").STUDIES
}
"""Every study, by the id of its finding. A new one is a row in findings.csv and an entry in a file beside this one."""
