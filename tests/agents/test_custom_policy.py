"""A policy named "module:function": found, compiled where it can be, or refused with a reason."""

import random
from pathlib import Path

import pytest

from alliance_sim import custom
from alliance_sim.agents import AllianceModel
from alliance_sim.custom import PolicyError, PolicyFunction, compile_policy, load_policy, situations
from alliance_sim.law.policy import Plan, Policy, View
from alliance_sim.scenario.scenario import Scenario


def gentle(policy: Policy, view: View) -> Plan:
    """Negotiates only where nothing else is wrong."""
    return Plan(1, 1.0 if view.type == 1 else 0.5, 0.0 if view.strain > 1.0 else policy.negotiate, 1, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few modules."""
    (tmp_path / "desk_policies.py").write_text(
        "from alliance_sim.law.policy import Plan\n"
        "def quiet(policy, view):\n"
        "    return Plan(0.0, 0.0, 0.0, 0.0, 0.0)\n"
        "def alone(policy):\n"
        "    return None\n"
    )
    (tmp_path / "broken_policies.py").write_text("import no_such_library\n")
    (tmp_path / "failing_policies.py").write_text("1 / 0\n")
    return tmp_path


def test_a_policy_is_found_in_a_folder_and_in_no_other(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    quiet = load_policy("desk_policies:quiet", folder)
    assert quiet(*next(situations())) == Plan(0.0, 0.0, 0.0, 0.0, 0.0)
    assert compile_policy(quiet)[1] == ""
    with pytest.raises(PolicyError, match="no module 'desk_policies'"):
        load_policy("desk_policies:quiet", tmp_path_factory.mktemp("other"))


def test_files_of_one_name_in_two_folders_are_two_policies(tmp_path: Path) -> None:
    for number, name in enumerate(("one", "two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same_name.py").write_text(
            "from alliance_sim.law.policy import Plan\n"
            f"def own(policy, view):\n    return Plan({number}.0, 0.0, 0.0, 0.0, 0.0)\n"
        )
    situation = next(situations())
    plans = [load_policy("same_name:own", tmp_path / name)(*situation) for name in ("one", "two")]
    assert [plan.acknowledge for plan in plans] == [0.0, 1.0]


def test_a_scenario_that_names_a_policy_uses_it(small: Scenario, usual: AllianceModel) -> None:
    ours = AllianceModel(small._replace(policy_function="alliance_sim.law.policy:plan")).run()
    assert ours.sessions().equals(usual.sessions())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gentle", r"'gentle' is not of the form 'module:function'"),
        ("nowhere_at_all:gentle", r"There is no module 'nowhere_at_all' in .* where Python looks"),
        ("desk_policies:qiet", r"has no function 'qiet'\. Did you mean 'desk_policies:quiet'\?"),
        ("desk_policies:alone", r"cannot be called with \(policy, view\)"),
        ("broken_policies:quiet", r"needs a module that is not installed: 'no_such_library'"),
        ("failing_policies:quiet", r"cannot be imported: ZeroDivisionError: division by zero"),
    ],
)
def test_a_policy_that_cannot_be_had_is_refused_with_the_reason(folder: Path, name: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        load_policy(name, folder)


def test_a_policy_that_compiles_gives_the_same_plans_to_the_bit() -> None:
    rule, reason = compile_policy(gentle)
    assert rule is not None, reason
    assert all(rule(policy, view) == gentle(policy, view) for policy, view in situations(50))


def test_situations_cover_what_a_therapist_may_see() -> None:
    views = [view for _, view in situations()]
    assert {view.type for view in views} == {0, 1, 2}
    assert {view.flagged for view in views} == {view.known for view in views} == {0, 1}
    assert min(view.last_rating for view in views) == 0.0


def ask(view: View) -> float:
    return view.expressed


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (lambda policy, view: Plan(ask(view), 0.0, 0.0, 0.0, 0.0), "ask"),  # a helper that is not compiled
        (lambda policy, view: Plan(random.random(), 0.0, 0.0, 0.0, 0.0), "two different plans"),
        (lambda policy, view: Plan(view.expressed**3 / 2.0, 0.0, 0.0, 0.0, 0.0), "compiled, it gives acknowledge = "),
        (lambda policy, view: Plan(view.strain, 0.0, 0.0, 0.0, 0.0), "expected 0 to 1"),
    ],
    ids=["a helper", "random draws of its own", "rounds differently when compiled", "out of range"],
)
def test_a_policy_that_cannot_be_compiled_says_why_in_a_line(policy: PolicyFunction, reason: str) -> None:
    rule, why = compile_policy(policy)
    assert rule is None
    assert reason in why
    assert "\n" not in why


def test_a_policy_that_is_no_function_is_not_compiled() -> None:
    class Gentle:
        def __call__(self, policy: Policy, view: View) -> Plan:
            return gentle(policy, view)

    assert compile_policy(Gentle()) == (None, "it is not a plain function")


PLAN = "from alliance_sim.law.policy import Plan\n"
OUT_OF_REACH = {
    "an import": "def f(policy, view):\n    import math\n    return Plan(math.cos(0.0), 1.0, 1.0, 1.0, 0.0)\n",
    "a formatted text": (
        "def f(policy, view):\n    text = f'{view.expressed:.3f}'\n    return Plan(float(text), 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "a mapping of arguments": (
        "def f(policy, view):\n    names = ('acknowledge', 'explore', 'negotiate', 'apology', 'press')\n"
        "    return Plan(**{name: 1.0 for name in names})\n"
    ),
    "a global": (
        "seen = 0\ndef f(policy, view):\n    global seen\n    seen += 1\n    return Plan(1.0, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "a class inside": (
        "def f(policy, view):\n    class A:\n        x = 1.0\n    return Plan(A.x, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "an object that is called": (
        "class A:\n    def __call__(self, policy, view):\n        return Plan(1.0, 1.0, 1.0, 1.0, 0.0)\nf = A()\n"
    ),
    "a class that is called": (
        "class f(Plan):\n    def __new__(cls, policy, view):\n        return Plan(1.0, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "a closure over a list": (
        "def made():\n    kept = [[1.0], ['a']]\n    def f(policy, view):\n"
        "        return Plan(kept[0][0], 1.0, 1.0, 1.0, 0.0)\n    return f\nf = made()\n"
    ),
    "try and finally": (
        "def f(policy, view):\n    try:\n        x = float('1')\n    except ValueError as error:\n"
        "        raise KeyError from error\n    return Plan(x, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "a generator": (
        "def steps():\n    yield from (1.0, 1.0, 1.0, 1.0, 0.0)\ndef f(policy, view):\n    return Plan(*steps())\n"
    ),
    "texts": (
        "def f(policy, view):\n    return Plan(*[float(x) for x in '1 1 1 1 0'.split()])\n"
    ),
    "match": (
        "def f(policy, view):\n    match view:\n        case object(type=1):\n"
        "            return Plan(1.0, 1.0, 1.0, 1.0, 0.0)\n"
        "        case _:\n            return Plan(1.0, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "with": (
        "from contextlib import nullcontext\ndef f(policy, view):\n    with nullcontext(1.0) as x:\n"
        "        return Plan(x, 1.0, 1.0, 1.0, 0.0)\n"
    ),
    "keyword arguments": "def f(policy, view, **more):\n    return Plan(1.0 + len(more), 1.0, 1.0, 1.0, 0.0)\n",
    "a partial": (
        "from functools import partial\ndef g(x, policy, view):\n    return Plan(x, 1.0, 1.0, 1.0, 0.0)\n"
        "f = partial(g, 1.0)\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", OUT_OF_REACH.values(), ids=OUT_OF_REACH)
def test_a_policy_that_numba_cannot_read_is_left_to_mesa(body: str, tmp_path: Path, small: Scenario) -> None:
    (tmp_path / "beyond.py").write_text(PLAN + body)
    policy = load_policy("beyond:f", tmp_path)
    rule, reason = compile_policy(policy)
    if rule is None:  # what numba can do grows from version to version
        assert reason
        assert "\n" not in reason
    model = AllianceModel(small, policy=policy).run()
    assert model.ruptures >= 0


@pytest.mark.parametrize(
    "name",
    ["sub/own:f", "/etc/own:f", "../own:f", "..own:f", ".own:f", "own.:f", "own:f.g", "own:f:g", "C:\\own:f", "~:f"],
)
def test_a_policy_is_named_and_never_a_path(name: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.py").write_text(f"{PLAN}def f(policy, view):\n    raise RuntimeError\n")
    with pytest.raises(PolicyError, match="is not of the form 'module:function'"):
        load_policy(name, tmp_path)


def test_a_file_that_is_never_read_to_its_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom, "IMPORT_PATIENCE", 0.2)
    (tmp_path / "endless.py").write_text("try:\n    while True: pass\nexcept ZeroDivisionError: pass\n")
    with pytest.raises(PolicyError, match=r"^importing 'endless' does not end within 0\.2 seconds$"):
        load_policy("endless:f", tmp_path)
