"""Every mistake gets one message, all at once: file, line, path, what was found, what is allowed, what is near."""

from collections.abc import Callable
from pathlib import Path

import pytest

Mistakes = Callable[..., list[str]]


def test_five_mistakes_get_five_messages_and_nothing_is_written(mistakes: Mistakes, tmp_path: Path) -> None:
    assert mistakes(
        """\
        title: Repair
        replicates: many
        treatment: cbtt
        parameters:
          rupture: {base: 3, slop: 1}
        arms:
          press on: {policy: press_on}
          repair: {policy: repair}
        baseline: presson
        """
    ) == [
        (
            'config.yaml, line 2: replicates: found the text "many"; allowed: a whole number from 1 to 1000000 '
            "(replicates)"
        ),
        (
            'config.yaml, line 3: treatment: found the unknown treatment "cbtt"; allowed: cbt, humanistic, '
            "integrative, "
            "psychodynamic, usual_care, waiting_list, or the path of a YAML file; did you mean cbt?"
        ),
        "config.yaml, line 5: parameters.rupture.base: found the number 3; allowed: a number from -6 to 0 (log-odds)",
        (
            'config.yaml, line 5: parameters.rupture.slop: found the unknown name "slop"; allowed: base, slope, '
            "mismatch, "
            "arbitrary, challenge, misattunement, insecurity, unresolved, out_of_tune, attunement, tired, "
            "confrontation "
            "and 5 more (alliance-sim parameters parameters.rupture lists them); did you mean slope?"
        ),
        (
            'config.yaml, line 9: baseline: found "presson", which is no arm; allowed: press on, repair; '
            "did you mean press on?"
        ),
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize(
    ("text", "path", "near"),
    [
        ("replicate: 5", "replicate", "replicates"),
        ("clinic: {therapist: 5}", "clinic.therapist", "therapists"),
        ("treatment: {profil: cbt}", "treatment.profil", "profile"),
        ("policy: {bas: repair}", "policy.bas", "base"),
        ("symptoms: {instument: phq9}", "symptoms.instument", "instrument"),
        ("mechanisms: {chnge: gate}", "mechanisms.chnge", "change"),
        ("parameters: {ruptures: {base: -2}}", "parameters.ruptures", "rupture"),
        ("parameters: {intake: {repair-mean: 1}}", "parameters.intake.repair-mean", "repair_mean"),
        ("arms: {a: {polcy: repair}}", "arms.a.polcy", "policy"),
        ("arms: {a: {policy: {vigilence: 1}}}", "arms.a.policy.vigilence", "vigilance"),
        ("outputs: {figure: true}", "outputs.figure", "figures"),
        ("factors: {parameters.intake.repair_men: [0]}", "factors.parameters.intake.repair_men", None),
        ("Policy: repair", "Policy", "policy"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_one(
    mistakes: Mistakes, text: str, path: str, near: str | None
) -> None:
    (message,) = mistakes(text)
    assert message.startswith(f'config.yaml, line 1: {path}: found the unknown name "{path.rpartition(".")[2]}"')
    assert message.endswith(f"; did you mean {near or 'parameters.intake.repair_mean'}?")


def test_a_setting_in_the_wrong_place_is_told_where_it_belongs(mistakes: Mistakes) -> None:
    (message,) = mistakes("parameters: {trauma_prevalence: 0.5}")
    assert message.endswith("did you mean parameters.intake.trauma_prevalence?")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: 3", "title: found the number 3; allowed: a text"),
        ("rivals: none", 'rivals: found the text "none"; allowed: a list of texts'),
        ("rivals: [a, 3]", "rivals[2]: found the number 3; allowed: a text"),
        ("seed: -1", "seed: found the number -1; allowed: a whole number from 0 to about 10^19 (whole number)"),
        ("seed: 1.5", "seed: found the number 1.5; allowed: a whole number from 0 to about 10^19 (whole number)"),
        ("replicates: true", "replicates: found true; allowed: a whole number from 1 to 1000000 (replicates)"),
        ("clinic: 5", "clinic: found the number 5; allowed: a mapping of settings, one 'name: value' on a line"),
        (
            "clinic: {weeks: 65536}",
            "clinic.weeks: found the number 65536; allowed: a whole number from 1 to 32767 (weeks)",
        ),
        (
            "parameters: {rupture: {base: true}}",
            "parameters.rupture.base: found true; allowed: a number from -6 to 0 (log-odds)",
        ),
        (
            "parameters: {rupture: {base: '-2'}}",
            'parameters.rupture.base: found the text "-2"; allowed: a number from -6 to 0 (log-odds)',
        ),
        (
            "parameters: {rupture: {base: .nan}}",
            "parameters.rupture.base: found the number nan; allowed: a number from -6 to 0 (log-odds)",
        ),
        (
            "parameters: {rupture: {base: }}",
            "parameters.rupture.base: found nothing; allowed: a number from -6 to 0 (log-odds)",
        ),
        (
            "mechanisms: {change: gates}",
            (
                'mechanisms.change: found the text "gates"; allowed: gate or additive or technique_only or '
                "relationship_only; did you mean gate?"
            ),
        ),
        (
            "mechanisms: {ruptures: no}",
            'mechanisms.ruptures: found the text "no"; allowed: false or true; did you mean false?',
        ),
        ("mechanisms: {ruptures: 0}", "mechanisms.ruptures: found the number 0; allowed: false or true"),
        (
            "outputs: {figures: yes}",
            'outputs.figures: found the text "yes"; allowed: false or true; did you mean true?',
        ),
        (
            "treatment: 5",
            (
                "treatment: found the number 5; allowed: the name of a treatment, the path of a YAML file that "
                "holds one, "
                "or a mapping such as {profile: integrative}"
            ),
        ),
        (
            "treatment: {every: 1.5}",
            "treatment.every: found the number 1.5; allowed: a whole number from 0 to 52 (weeks)",
        ),
        (
            "policy: {base: 3}",
            (
                "policy.base: found the number 3; allowed: the name of a repair policy, or the path of a YAML file "
                "that holds one"
            ),
        ),
        (
            "symptoms: wai_sr",
            'symptoms: found "wai_sr", which does not measure symptoms; allowed: core_om, oq45, phq9',
        ),
        (
            "arms: [a, b]",
            "arms: found a list; allowed: a mapping: the name of each arm, and below it what the arm changes",
        ),
        (
            "arms: {a: repair}",
            "arms.a: found the text \"repair\"; allowed: a mapping of settings, one 'name: value' on a line",
        ),
        (
            "factors: [a]",
            "factors: found a list; allowed: a mapping: the path of each setting, and below it the list of its values",
        ),
        (
            "factors: {policy: repair}",
            (
                'factors.policy: found the text "repair"; allowed: a list of values, such as [-1, 0, 1], '
                "or labels with the settings of each"
            ),
        ),
        ("factors: {policy: []}", "factors.policy: found no values; allowed: at least one value"),
        (
            "factors: {policy: [repair, {base: ignore}]}",
            (
                "factors.policy[2]: found a mapping as a value; allowed: single values; to vary settings together, "
                "give the factor a name and its levels labels"
            ),
        ),
        (
            "factors: {policy: [repair, repair]}",
            'factors.policy[2]: found the text "repair" a second time; allowed: each value once',
        ),
        (
            "factors: {parameters.intake.repair_sd: [1, 9]}",
            "factors.parameters.intake.repair_sd[2]: found the number 9; allowed: a number from 0 to 2 (SD)",
        ),
        ("factors: {policy: [null]}", "factors.policy[1]: found nothing; allowed: a value"),
        (
            "factors: {policy: [repare]}",
            (
                'factors.policy: found the unknown repair policy "repare"; allowed: apologise, ignore, '
                "monitor_and_repair, "
                "press_on, repair, usual_care, or the path of a YAML file; did you mean repair?"
            ),
        ),
        (
            "factors: {history: {none: 0}}",
            "factors.history.none: found the number 0; allowed: a mapping of paths and values",
        ),
        (
            "factors: {history: {none: {parameters.intake.trauma_prevalence: 2}}}",
            (
                "factors.history.none.parameters.intake.trauma_prevalence: found the number 2; "
                "allowed: a number from 0 to 1 (share)"
            ),
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(mistakes: Mistakes, text: str, message: str) -> None:
    assert mistakes(text) == [f"config.yaml, line 1: {message}"]


def test_all_mistakes_among_the_values_of_a_factor_are_told(mistakes: Mistakes) -> None:
    found = mistakes("factors:\n  parameters.intake.repair_sd:\n    - -1\n    - 1\n    - x\n")
    assert [message.partition(": found")[0] for message in found] == [
        "config.yaml, line 3: factors.parameters.intake.repair_sd[1]",
        "config.yaml, line 5: factors.parameters.intake.repair_sd[3]",
    ]


def test_a_mistake_on_the_command_line_names_the_option(mistakes: Mistakes) -> None:
    assert mistakes("seed: 1", "replicates=few", "sed=2") == [
        (
            '--set replicates=few: replicates: found the text "few"; allowed: a whole number from 1 to 1000000 '
            "(replicates)"
        ),
        (
            '--set sed=2: sed: found the unknown name "sed"; allowed: title, question, hypothesis, rivals, seed, '
            "replicates, "
            "clinic, treatment, policy, symptoms, mechanisms, parameters and 6 more (alliance-sim parameters lists "
            "them); "
            "did you mean seed?"
        ),
    ]


def test_mistakes_of_several_layers_are_told_together(write: Callable[..., Path], mistakes: Mistakes) -> None:
    write("replicates: 0\n", "parent.yaml")
    assert [m.partition(": found")[0] for m in mistakes("extends: parent.yaml\nseed: -1\n", "clinic.weeks=0")] == [
        "--set clinic.weeks=0: clinic.weeks",
        "config.yaml, line 2: seed",
        "parent.yaml, line 1: replicates",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "clinic: {caseload: 1e1}",
            (
                "config.yaml, line 1: clinic.caseload: found the number 10 in a form that may have decimals, such as "
                "10.0 or 1e1; allowed: a whole number from 1 to 10000 (clients), written as 10"
            ),
        ),
        (
            'parameters: {rupture: {base: "-2,5"}}',
            (
                'config.yaml, line 1: parameters.rupture.base: found the text "-2,5", which has a decimal comma; '
                "allowed: a number from -6 to 0 (log-odds), with a decimal point; did you mean -2.5?"
            ),
        ),
        (
            "parameters:\n  intake:\n    {trauma_prevalence: 0,3}",
            (
                'config.yaml, line 3: parameters.intake.trauma_prevalence: found the text "0,3", which has a decimal '
                "comma; allowed: a number, with a decimal point; did you mean 0.3?"
            ),
        ),
        (
            "parameters.rupture.base: -2",
            (
                'config.yaml, line 1: parameters.rupture.base: found the path "parameters.rupture.base" as a name; '
                "allowed: one name below the other, parameters: {rupture: {base: -2}}, or on the command line "
                "--set parameters.rupture.base=..."
            ),
        ),
        (
            "arms: {a: {policy.vigilance: 1}}",
            (
                'config.yaml, line 1: arms.a.policy.vigilance: found the path "policy.vigilance" as a name; '
                "allowed: one name below the other, policy: {vigilance: 1}, or on the command line "
                "--set arms.a.policy.vigilance=..."
            ),
        ),
        (
            "arms: [a, b]\nbaseline: a",
            (
                "config.yaml, line 1: arms: found a list; allowed: a mapping: the name of each arm, and below it what "
                "the arm changes"
            ),
        ),
        (
            "arms: {a: [1], b: {policy: ignore}}\nbaseline: a",
            "config.yaml, line 1: arms.a: found a list; allowed: a mapping of settings, one 'name: value' on a line",
        ),
    ],
)
def test_a_mistake_is_told_once_in_the_words_of_its_cause(mistakes: Mistakes, text: str, message: str) -> None:
    assert mistakes(text) == [message]


def test_a_group_of_settings_that_is_misspelt_has_the_group_as_its_nearest(mistakes: Mistakes) -> None:
    assert mistakes("factors: {parameters.ruptur: [1, 2]}")[0].endswith("did you mean parameters.rupture?")
