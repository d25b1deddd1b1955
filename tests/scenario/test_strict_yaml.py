"""YAML is read strictly: values are what YAML 1.2 says, and what is wrong with a file is said with its line."""

from pathlib import Path

import pytest

from alliance_sim.scenario import ConfigError, load
from alliance_sim.scenario.tree import plain, read_text


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_text(text, "a.yaml", "file")
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("false", False),
        ("1e-3", 0.001),
        ("010", 10),
        ("12:30:00", "12:30:00"),
        ("2026-11-23", "2026-11-23"),
        ("~", None),
        ("'5'", "5"),
        ("1.0", 1.0),
    ],
)
def test_a_value_is_what_yaml_1_2_says(written: str, value: object) -> None:
    read = plain(read_text(f"a: {written}", "a.yaml", "file"))["a"]
    assert read == value
    assert type(read) is type(value)


def test_names_are_texts_whatever_they_look_like() -> None:
    assert list(read_text("1: a\nno: b\nnull: c\n2.50: d", "a.yaml", "file").fields) == ["1", "no", "null", "2.50"]


def test_every_value_knows_its_line() -> None:
    tree = read_text("a: 1\nb:\n  c:\n    - 2\n    - 3\n", "a.yaml", "file")
    assert tree.fields["a"].line == 1
    assert tree.fields["b"].fields["c"].line == 3
    assert [item.line for item in tree.fields["b"].fields["c"].items] == [4, 5]


def test_every_duplicate_name_is_told_with_both_lines() -> None:
    assert problems_of("a: 1\nb: 2\na: 3\nc:\n  d: 1\n  d: 2\n") == [
        'a.yaml, line 3: a: found "a" a second time (first in line 1); allowed: each name once',
        'a.yaml, line 6: c.d: found "d" a second time (first in line 5); allowed: each name once',
    ]


def test_a_tab_is_named_as_a_tab() -> None:
    assert problems_of("a:\n\tb: 1\n") == [
        "a.yaml, line 2: found a tab character; allowed: blanks: YAML is indented with blanks, never with tabs"
    ]


def test_a_colon_inside_a_text_is_explained() -> None:
    (message,) = problems_of("question: Repair: does it help?\n")
    assert message.startswith("a.yaml, line 1: found a colon where none can be; allowed: one 'name: value' on a line")
    assert message.endswith("quotes around a text that has a colon and a blank in it")


def test_other_mistakes_of_yaml_come_with_their_line() -> None:
    assert problems_of("a: 1\nb: [1, 2\n")[0].startswith("a.yaml, line 3: found text that is not valid YAML")


def test_anchors_and_tags_are_refused() -> None:
    assert problems_of("a: &here 1\nb: !!binary aGk=\nc: !own 3\n") == [
        (
            'a.yaml, line 1: a: found the YAML anchor "&here"; '
            "allowed: the value written out; to share settings between files use 'extends'"
        ),
        'a.yaml, line 2: b: found the YAML tag "tag:yaml.org,2002:binary"; allowed: plain values without tags',
        'a.yaml, line 3: c: found the YAML tag "!own"; allowed: plain values without tags',
    ]


def test_a_document_that_contains_itself_is_refused() -> None:
    assert "anchor" in problems_of("a: &a\n  b: *a\n")[0]


def test_a_very_deep_document_is_refused() -> None:
    assert problems_of("a: " + "[" * 1000) == [
        "a.yaml: found mappings or lists nested hundreds deep; allowed: a few levels"
    ]


def test_two_documents_in_one_file_are_refused() -> None:
    assert "another document" in problems_of("a: 1\n---\nb: 2\n")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file; allowed: settings such as 'replicates: 40', one on a line"),
        (b"# only a comment\n", "found an empty file; allowed: settings such as 'replicates: 40', one on a line"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "found bytes that are no text; allowed: a YAML file, saved as text in UTF-8"),
        (b"a: \x00", "found bytes that are no text; allowed: a YAML file, saved as text in UTF-8"),
        (b"caf\xe9: 1", "found bytes that are no text; allowed: a YAML file, saved as text in UTF-8"),
    ],
)
def test_a_file_that_is_no_config_is_told_as_what_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value) == f"{file}: {message}"


@pytest.mark.parametrize(("text", "found"), [("- 1\n- 2\n", "a list"), ("hello\n", 'the text "hello"')])
def test_a_file_without_settings_is_told_what_it_holds(text: str, found: str) -> None:
    assert problems_of(text) == [
        f"a.yaml, line 1: found {found}; allowed: settings such as 'replicates: 40', one on a line"
    ]


def test_a_missing_file_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "rupture.yaml").write_text("seed: 1")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "ruptur.yaml")
    assert str(caught.value) == (
        f"{tmp_path}/ruptur.yaml: found no such file; allowed: the path of a YAML file; "
        f"did you mean {tmp_path}/rupture.yaml?"
    )


def test_a_folder_is_told_as_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value).endswith("which is a folder; allowed: the path of a YAML file")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfseed: 5\n")
    assert load(file).seed == 5
