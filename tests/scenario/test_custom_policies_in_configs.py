"""A policy of one's own, named in a config as module:function."""

from itertools import count
from pathlib import Path

import pytest

from alliance_sim.scenario import load
from alliance_sim.scenario.custom import only_looking
from tests.scenario.conftest import Mistakes, Write, addresses

NUMBERS = count()
ALLOWED = (
    "allowed: module:function, such as my_policy:respond, a function of (policy, view) that returns a Plan, "
    "in a Python file beside the config"
)
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
    """A Python file next to the config, under a name that no other test has used."""
    name = f"own_policy_{next(NUMBERS)}"
    write(GENTLE, f"{name}.py")
    return name


def test_a_function_next_to_the_config_is_found_also_in_arms(write: Write, module: str) -> None:
    scenario = load(write(f"policy: {{base: repair, custom: '{module}:gentle'}}")).points[0].scenario
    assert (scenario.policy, scenario.policy_function) == ("repair", f"{module}:gentle")
    points = load(write(f"arms: {{shipped: {{}}, own: {{policy: {{custom: '{module}:gentle'}}}}}}")).points
    assert [point.scenario.policy_function for point in points] == [None, f"{module}:gentle"]


def test_an_address_changes_with_the_source_of_the_function(write: Write, module: str) -> None:
    other = module.replace("own", "other")
    write(f"# changed\n{GENTLE}", f"{other}.py")
    first, second = (addresses(load(write(f"policy: {{custom: '{name}:gentle'}}"))) for name in (module, other))
    assert first != second


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("gentel", "has no function 'gentel'"),
        ("short", "cannot be called with (policy, view)"),
        ("nothing", "it returns NoneType and not a Plan"),
        ("broken", "it stops with AttributeError"),
    ],
)
@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("arms.b.policy.custom", "arms: {{a: {{}}, b: {{policy: {{custom: '{}'}}}}}}"),
        ("factors.h", "factors: {{h: {{x: {{policy.custom: '{}'}}, y: {{policy.press: 1}}}}}}"),
    ],
)
def test_a_function_that_is_no_policy_is_refused(
    mistakes: Mistakes, module: str, function: str, reason: str, place: str, text: str
) -> None:
    (message,) = mistakes(text.format(f"{module}:{function}"))
    assert message.startswith(f'config.yaml, line 1: {place}: found the policy "{module}:{function}" (')
    assert reason in message
    assert message.endswith(ALLOWED)


@pytest.mark.parametrize("body", ["raise SystemExit(3)", "1 / 0", "def f(:", "import nowhere_at_all"])
def test_a_module_that_fails_is_refused(write: Write, mistakes: Mistakes, body: str) -> None:
    name = f"failing_policy_{next(NUMBERS)}"
    write(body, f"{name}.py")
    (message,) = mistakes(f"policy: {{custom: '{name}:f'}}")
    assert f'found the policy "{name}:f" (' in message


# ---- looking at a config runs no code --------------------------------------------------------------------------------

LOOKED_AT = "policy: {custom: 'looked_at:f'}"


def test_looking_at_a_config_runs_no_code(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(LOOKED_AT)
    harm = "Path('harmed').touch()"
    write(f"from pathlib import Path\n{harm}\ndef f(policy, view):\n    {harm}\n", "looked_at.py")
    monkeypatch.chdir(config.parent)
    with only_looking() as policies:
        point = load(config).points[0]
    assert policies == {"looked_at:f": config.parent / "looked_at.py"}
    assert point.scenario.policy_function == "looked_at:f"
    assert not Path("harmed").exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("def g(policy, view): ...", "Module 'looked_at' has no function 'f'"),
        ("def ff(policy, view): ...", "Module 'looked_at' has no function 'f'. Did you mean 'looked_at:ff'?"),
        ("def f(policy): ...", "'looked_at:f' cannot be called with (policy, view)"),
        ("def f(policy, view, third): ...", "'looked_at:f' cannot be called with (policy, view)"),
        ("def f(policy, view, *, third): ...", "'looked_at:f' cannot be called with (policy, view)"),
        ("def f(:", "Module 'looked_at' cannot be imported: SyntaxError"),
        (None, "There is no module 'looked_at' in "),
    ],
)
def test_looking_finds_what_importing_would_find(
    write: Write, mistakes: Mistakes, body: str | None, reason: str
) -> None:
    if body is not None:
        write(body, "looked_at.py")
    with only_looking():
        (message,) = mistakes(LOOKED_AT)
    assert f'found the policy "looked_at:f" ({reason}' in message


@pytest.mark.parametrize(
    "body",
    [
        "def f(*both): ...",
        "def f(policy, view, third=1, *, fourth=2): ...",
        "from elsewhere import f",
        "from elsewhere import *",
        "f = g = None",
        "class f: ...",
        "try:\n    def f(policy, view): ...\nexcept ImportError:\n    pass",
        "@wrapped\ndef f(): ...",
    ],
)
def test_looking_refuses_nothing_that_may_be_a_policy(write: Write, body: str) -> None:
    write(body, "looked_at.py")
    with only_looking():
        assert load(write(LOOKED_AT)).points


def test_a_policy_of_an_installed_module_is_found_without_importing_it(write: Write) -> None:
    with only_looking() as policies:
        load(write("policy: {custom: 'alliance_sim.law.policy:plan'}"))
    assert [str(file).endswith("law/policy.py") for file in policies.values()] == [True]
