"""Examples in the documentation of the law are run."""

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import alliance_sim.law
from alliance_sim.compiled import plain

ROOMS = ["alliance_sim.arithmetic", "alliance_sim.chance", "alliance_sim.compiled"]
MODULES = ROOMS + [f"alliance_sim.law.{m.name}" for m in pkgutil.iter_modules(alliance_sim.law.__path__)]


def documented(module: ModuleType) -> dict[str, str]:
    """Docstrings of a module's own functions and classes by name (compiled ones by their plain form)."""
    found = {"": module.__doc__ or ""}
    for name, thing in vars(module).items():
        inner = plain(thing) if callable(thing) else thing
        own = getattr(inner, "__module__", None) == module.__name__
        if own and (inspect.isfunction(inner) or inspect.isclass(inner)):
            found[name] = inner.__doc__ or ""
    return found


def examples_of(name: str) -> list[doctest.DocTest]:
    """The examples of a module, one test a docstring that has any."""
    module = importlib.import_module(name)
    parser = doctest.DocTestParser()
    names = dict(vars(module))
    tests = [parser.get_doctest(text, names, f"{name}.{key}", None, 0) for key, text in documented(module).items()]
    return [test for test in tests if test.examples]


EXAMPLES = [test for name in MODULES for test in examples_of(name)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_in_a_docstring_says_what_happens(example):
    runner = doctest.DocTestRunner()
    told: list[str] = []
    assert runner.run(example, out=told.append).failed == 0, "".join(told)


def test_examples_are_found_in_compiled_rules_too():
    names = {example.name for example in EXAMPLES}
    assert {"alliance_sim.law.scales.expit", "alliance_sim.law.scales.hill", "alliance_sim.chance.key_of"} <= names


@pytest.mark.parametrize("name", MODULES)
def test_everything_in_the_law_is_documented(name):
    assert [key for key, text in documented(importlib.import_module(name)).items() if not text.strip()] == []
