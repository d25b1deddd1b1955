"""A policy of one's own, named in a config as module:function."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from alliance_sim.scenario import load

Write = Callable[..., Path]
NUMBERS = count()

GENTLE = """\
from alliance_sim.law.policy import Plan

def gentle(policy, view):
    return Plan(1.0, 1.0, 0.0, 0.5, 0.0)

def short(policy):
    return Plan(1.0, 1.0, 0.0, 0.5, 0.0)

def nothing(policy, view):
    return None

def broken(policy, view):
    return view.mood
"""


@pytest.fixture
def module(write: Write) -> str:
    """A Python file beside the config, under a name that no other test has used."""
    name = f"own_policy_{next(NUMBERS)}"
    write(GENTLE, f"{name}.py")
    return name


def test_a_function_beside_the_config_is_found(write: Write, module: str) -> None:
    scenario = load(write(f"policy: {{base: repair, custom: '{module}:gentle'}}")).points[0].scenario
    assert (scenario.policy, scenario.policy_function) == ("repair", f"{module}:gentle")


def test_an_address_moves_with_the_source_of_the_function(write: Write, module: str) -> None:
    other = module.replace("own", "other")
    write(f"# changed\n{GENTLE}", f"{other}.py")
    text = "policy: {custom: 'NAME:gentle'}"
    assert (
        load(write(text.replace("NAME", module))).points[0].address
        != load(write(text.replace("NAME", other))).points[0].address
    )


def test_arms_and_factors_may_name_functions(write: Write, module: str) -> None:
    text = f"arms: {{shipped: {{}}, own: {{policy: {{custom: '{module}:gentle'}}}}}}"
    points = load(write(text)).points
    assert [point.scenario.policy_function for point in points] == [None, f"{module}:gentle"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("gentel", "has no function 'gentel'"),
        ("short", "cannot be called with (policy, view)"),
        ("nothing", "it returns NoneType and not a Plan"),
        ("broken", "it stops with AttributeError"),
    ],
)
def test_a_function_that_is_no_policy_is_told(
    write: Write, mistakes: Callable[..., list[str]], module: str, function: str, reason: str
) -> None:
    (message,) = mistakes(f"arms: {{a: {{}}, b: {{policy: {{custom: '{module}:{function}'}}}}}}")
    assert message.startswith(f'config.yaml, line 1: arms.b.policy.custom: found the policy "{module}:{function}" (')
    assert reason in message
    assert message.endswith(
        "allowed: module:function, such as my_policy:respond, a function of (policy, view) that returns a Plan, "
        "in a Python file beside the config"
    )


@pytest.mark.parametrize("reference", ["nowhere_at_all:f", "gentle", ":f", "a b:c", "os.path:join"])
def test_a_module_that_cannot_be_used_is_told(mistakes: Callable[..., list[str]], reference: str) -> None:
    (message,) = mistakes(f"policy: {{custom: '{reference}'}}")
    assert message.startswith(f'config.yaml, line 1: policy.custom: found the policy "{reference}" (')


@pytest.mark.parametrize("body", ["raise SystemExit(3)", "1 / 0", "def f(:", "import nowhere_at_all"])
def test_a_module_that_fails_is_told(write: Write, mistakes: Callable[..., list[str]], body: str) -> None:
    name = f"failing_policy_{next(NUMBERS)}"
    write(body, f"{name}.py")
    (message,) = mistakes(f"policy: {{custom: '{name}:f'}}")
    assert f'found the policy "{name}:f" (' in message
