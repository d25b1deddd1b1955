"""A policy of one's own, named in a config as module:function; what is refused of it stands in mistakes.txt too."""

from pathlib import Path

import pytest

from alliance_sim.scenario import load
from alliance_sim.scenario.custom import only_looking
from tests.scenario.conftest import Mistakes, Write, addresses

GENTLE = """\
from alliance_sim.law.policy import Plan

def gentle(policy, view):
    return Plan(1.0, 1.0, 0.0, 0.5, 0.0)
"""
ASKED = "policy: {custom: 'own:f'}"


def test_a_function_next_to_the_config_is_found_also_in_arms(write: Write) -> None:
    write(GENTLE, "own.py")
    scenario = load(write("policy: {base: repair, custom: 'own:gentle'}")).points[0].scenario
    assert (scenario.policy, scenario.policy_function) == ("repair", "own:gentle")
    points = load(write("arms: {shipped: {}, own: {policy: {custom: 'own:gentle'}}}")).points
    assert [point.scenario.policy_function for point in points] == [None, "own:gentle"]


def test_an_address_changes_with_the_source_of_the_function(write: Write) -> None:
    found = []
    for text in (GENTLE, f"# changed\n{GENTLE}"):
        write(text, "own.py")
        found.append(addresses(load(write("policy: {custom: 'own:gentle'}"))))
    assert found[0] != found[1]


# ---- looking at a config runs no code --------------------------------------------------------------------------------


def test_looking_at_a_config_runs_no_code(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(ASKED)
    harm = "Path('harmed').touch()"
    write(f"from pathlib import Path\n{harm}\ndef f(policy, view):\n    {harm}\n", "own.py")
    monkeypatch.chdir(config.parent)
    with only_looking() as policies:
        point = load(config).points[0]
    assert policies == {"own:f": config.parent / "own.py"}
    assert point.scenario.policy_function == "own:f"
    assert not Path("harmed").exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("def g(policy, view): ...", "Module 'own' has no function 'f'"),
        ("def ff(policy, view): ...", "Module 'own' has no function 'f'. Did you mean 'own:ff'?"),
        ("def f(policy): ...", "'own:f' cannot be called with (policy, view)"),
        ("def f(policy, view, third): ...", "'own:f' cannot be called with (policy, view)"),
        ("def f(policy, view, *, third): ...", "'own:f' cannot be called with (policy, view)"),
        ("def f(:", "Module 'own' cannot be imported: SyntaxError"),
        (None, "There is no module 'own' in "),
    ],
)
def test_looking_finds_what_importing_would_find(
    write: Write, mistakes: Mistakes, body: str | None, reason: str
) -> None:
    if body is not None:
        write(body, "own.py")
    with only_looking():
        (message,) = mistakes(ASKED)
    assert f'found the policy "own:f" ({reason}' in message


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
    write(body, "own.py")
    with only_looking():
        assert load(write(ASKED)).points


def test_a_policy_of_an_installed_module_is_found_without_importing_it(write: Write) -> None:
    with only_looking() as policies:
        load(write("policy: {custom: 'alliance_sim.law.policy:plan'}"))
    assert [str(file).endswith("law/policy.py") for file in policies.values()] == [True]
