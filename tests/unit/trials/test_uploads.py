"""Uploads: each format by what it holds, and everything that is refused before it is read."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from recruit.core.errors import Refusal
from recruit.criteria.eligibility import Criterion
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.posting.content import Content, Reviewed
from recruit.trials.sources import ctml_leaves, uploads, yaml_plain
from recruit.trials.sources.ctml_out import as_ctml
from recruit.trials.sources.uploads import read_upload
from tests.unit.trials.samples import ctgov, ctis_now, exchange
from tests.unit.trials.test_ctml import ADULT, WOMAN, arm, trial
from tests.unit.trials.test_usdm import third

TRIAL = json.dumps(exchange(title="Sleep")).encode()
YAML = b"title: Sleep\ncriteria: |\n  Inclusion:\n  - Asthma\n"


def zipped(**files: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def refusal(name: str, data: bytes, lexicon: Lexicon) -> str:
    with pytest.raises(Refusal) as refused:
        read_upload(name, data, lexicon)
    assert refused.value.say("fr") != refused.value.say("en")
    return str(refused.value)


# ---------------------------------------------------------------- formats
FORMATS: dict[str, tuple[str, bytes, str]] = {
    "exchange": ("t.json", TRIAL, "Sleep"),
    "lines": ("t.jsonl", TRIAL + b"\n", "Sleep"),
    "a list of one": ("t.json", b"[" + TRIAL + b"]", "Sleep"),
    "ctgov": ("x", json.dumps(ctgov()).encode(), "Walking and Blood Sugar"),
    "a page of one": ("x", json.dumps({"studies": [ctgov()]}).encode(), "Walking and Blood Sugar"),
    "ctis": ("x", json.dumps(ctis_now()).encode(), "Examplin for asthma"),
    "usdm": ("x.json", json.dumps(third()).encode(), "Examplin in asthma"),
    "yaml": ("t.yaml", YAML, "Sleep"),
    "yaml without a name": ("t", YAML, "Sleep"),
    "table": ("t.csv", b"title,criteria\nSleep,Asthma\n", "Sleep"),
    "table without a name": ("t", b"title;criteria\nSleep;Asthma\n", "Sleep"),
    "gz": ("t.json.gz", gzip.compress(TRIAL), "Sleep"),
    "xz": ("t.json.xz", lzma.compress(TRIAL), "Sleep"),
    "bz2": ("t.json.bz2", bz2.compress(TRIAL), "Sleep"),
    "packed yaml": ("t.yaml.gz", gzip.compress(YAML), "Sleep"),
    "zip": ("t.zip", zipped(**{"in/t.json": TRIAL, "__MACOSX/._t": b"x"}), "Sleep"),
    "zipped table": ("t.zip", zipped(**{"t.csv": b"title,criteria\nSleep,Asthma\n"}), "Sleep"),
    "a mark at the beginning": ("t.json", b"\xef\xbb\xbf" + TRIAL, "Sleep"),
}


@pytest.mark.parametrize(("name", "data", "title"), FORMATS.values(), ids=FORMATS)
def test_each_format_is_told_by_what_it_holds(
    name: str, data: bytes, title: str, lexicon: Lexicon
) -> None:
    draft, criteria = read_upload(name, data, lexicon)
    assert (draft.title, criteria) == (title, None)


@pytest.mark.parametrize("as_text", [json.dumps, yaml.safe_dump])
def test_ctml_comes_as_rules(as_text: Any, lexicon: Lexicon) -> None:  # noqa: ANN401 - two writers
    data = as_text(trial(arm("A", ADULT), short_title="Rules")).encode()
    draft, criteria = read_upload("t", data, lexicon)
    assert draft.title == "Rules"
    assert criteria is not None
    assert [each.text for each in criteria] == ["age ≥ 18 years"]


def test_a_posting_that_was_written_is_read_without_its_own_number(lexicon: Lexicon) -> None:
    _, criteria = read_upload("t", json.dumps(trial(arm("A", ADULT, WOMAN))).encode(), lexicon)
    assert criteria
    content = Content(
        TrialDraft("P-7", "Inclusion Criteria:\n\n* age ≥ 18 years\n* female sex", title="Sleep"),
        tuple(Reviewed(number, each) for number, each in enumerate(criteria, start=1)),
    )
    draft, again = read_upload("t.yaml", as_ctml(content).encode(), lexicon)
    assert (draft.id, draft.registry_ids, draft.title) == ("", (), "Sleep")
    assert again == criteria


@pytest.mark.parametrize(
    ("number", "known", "others"),
    [
        ("NCT90000001", "NCT90000001", ()),
        ("2026-500001-11-00", "2026-500001-11-00", ()),
        ("OWN-1", "", ("OWN-1",)),
        ("", "", ()),
    ],
)
def test_only_a_registry_s_number_is_the_trial_s_number(
    number: str, known: str, others: tuple[str, ...], lexicon: Lexicon
) -> None:
    draft, _ = read_upload("t.json", json.dumps(exchange(number)).encode(), lexicon)
    assert (draft.id, draft.registry_ids) == (known, others)


def test_a_trial_without_criteria_is_a_draft_all_the_same(lexicon: Lexicon) -> None:
    draft, criteria = read_upload("t.json", b'{"title": "Sleep", "id": ""}', lexicon)
    assert (draft.title, draft.criteria, criteria) == ("Sleep", "", None)


def test_what_a_template_or_a_page_would_carry_out_is_a_text(lexicon: Lexicon) -> None:
    hostile = "{{7*7}} {{config}} <script>alert(1)</script>"
    data = json.dumps(exchange(title=hostile, criteria=hostile)).encode()
    draft, _ = read_upload("t.json", data, lexicon)
    assert (draft.title, draft.criteria) == (hostile, hostile)


# ---------------------------------------------------------------- one trial
def test_several_trials_in_one_file_are_refused(lexicon: Lexicon) -> None:
    lines = TRIAL + b"\n" + json.dumps(exchange("T2")).encode()
    assert "it holds more than one trial; put the one" in refusal("t.jsonl", lines, lexicon)


def test_several_trials_in_one_table_are_refused(lexicon: Lexicon) -> None:
    assert "it holds more than one trial" in refusal("t.csv", b"id,title\n1,A\n2,B\n", lexicon)


def test_an_empty_list_is_refused(lexicon: Lexicon) -> None:
    assert refusal("t.json", b"[]", lexicon) == "t.json: file: there is no study in it"


# ---------------------------------------------------------------- too much
def test_a_file_of_more_than_20_mb_is_refused(lexicon: Lexicon) -> None:
    padded = TRIAL + b" " * (20 << 20)
    assert refusal("t.json", padded, lexicon) == "t.json: file: the file is larger than 20 MB"


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda data: zipped(t=data)])
def test_a_file_that_swells_is_refused_once_it_is_too_large(
    pack: Any,  # noqa: ANN401 - three packers
    lexicon: Lexicon,
) -> None:
    bomb = pack(TRIAL + b" " * (33 << 20))
    assert len(bomb) < 1 << 20
    assert "larger than 32 MB once unpacked" in refusal("t", bomb, lexicon)


def test_a_file_of_too_many_values_is_refused_unread(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_VALUES", 100)
    data = json.dumps(exchange(more=[[]] * 200)).encode()
    assert "there are more than 100 values in it" in refusal("t.json", data, lexicon)


def test_a_table_of_too_many_rows_is_refused(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 10)
    table = "kind,criterion\n" + "inclusion,Asthma\n" * 11
    assert "t.csv: file: more than 10 rows" in refusal("t.csv", table.encode(), lexicon)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("name", ["t.json", "t.yaml"])
def test_a_file_that_is_nested_too_deeply_is_refused(name: str, lexicon: Lexicon) -> None:
    start = '{"id": "T1", "criteria": "x", "more":' if name == "t.json" else "id: T1\nmore:"
    end = "}" if name == "t.json" else ""
    assert read_upload(name, f"{start} {nested(90)}{end}".encode(), lexicon)
    deep = f"{start} {nested(110)}{end}".encode()
    assert "nested more than 100 levels deep" in refusal(name, deep, lexicon)


@pytest.mark.parametrize("name", ["t.json", "t.yaml"])
def test_a_hundred_thousand_levels_end_no_process(name: str, lexicon: Lexicon) -> None:
    assert refusal(name, (b'{"id": ' if name == "t.json" else b"id: ") + b"[" * 100_000, lexicon)


def test_rules_with_more_leaves_than_any_trial_has_are_refused(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctml_leaves, "MOST_LEAVES", 10)
    data = json.dumps(trial(arm("A", *[ADULT] * 11))).encode()
    assert "match: more than 10 of them" in refusal("t.json", data, lexicon)


# ---------------------------------------------------------------- archives
def test_an_archive_of_several_files_is_refused(lexicon: Lexicon) -> None:
    data = zipped(a=TRIAL, b=TRIAL)
    assert "an archive must hold one file; this one holds 2" in refusal("t.zip", data, lexicon)


def test_a_workbook_is_refused_with_what_to_do(lexicon: Lexicon) -> None:
    data = zipped(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert "this is a workbook, not CSV" in refusal("t.xlsx", data, lexicon)


def test_an_archive_with_a_password_is_refused(lexicon: Lexicon) -> None:
    data = bytearray(zipped(t=TRIAL))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "the archive asks for a password" in refusal("t.zip", bytes(data), lexicon)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda data: zipped(t=data)])
def test_half_an_archive_is_refused(pack: Any, lexicon: Lexicon) -> None:  # noqa: ANN401 - packers
    data = pack(TRIAL)
    assert "ends too early or is damaged" in refusal("t", data[: len(data) // 2], lexicon)


# ---------------------------------------------------------------- YAML
def test_a_tag_that_would_call_a_function_is_refused_and_calls_nothing(
    lexicon: Lexicon, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    data = f"title: !!python/object/apply:os.mkdir ['{made}']\ncriteria: x\n".encode()
    assert "tags (“!”) are not taken" in refusal("t.yaml", data, lexicon)
    assert not made.exists()


@pytest.mark.parametrize("value", ["!Mutation", "!!str text", "! text", "!<tag:x> [1]"])
def test_a_tag_is_refused(value: str, lexicon: Lexicon) -> None:
    data = f"title: Sleep\nmore: {value}\n".encode()
    assert "tags (“!”) are not taken" in refusal("t.yaml", data, lexicon)


def test_an_anchor_is_refused(lexicon: Lexicon) -> None:
    assert "anchors" in refusal("t.yaml", b"title: &a Sleep\ncriteria: x\n", lexicon)


def test_an_alias_is_refused(lexicon: Lexicon) -> None:
    assert "aliases" in refusal("t.yaml", b"title: Sleep\ncriteria: *a\n", lexicon)


def test_a_billion_laughs_are_refused(lexicon: Lexicon) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    assert "anchors" in refusal("t.yaml", "\n".join(lines).encode(), lexicon)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"title: A\n---\ntitle: B\n", "there is more than one document in it"),
        (b"title: A\ntitle: B\n", "two fields are called “title”"),
        (b"title: [A\n", "this is not YAML, or it ends too early"),
        (b"title: \xff\xfe\n", "this is not YAML, or it ends too early"),
        (b"? [a]\n: b\n", "a field has no name"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(data: bytes, message: str, lexicon: Lexicon) -> None:
    assert message in refusal("t.yaml", data, lexicon)


def test_a_yaml_file_that_would_take_long_is_refused(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_plain, "LARGEST_YAML", 1 << 20)
    data = YAML + b"#" * (1 << 20)
    assert "YAML of more than 1 MB is not taken" in refusal("t.yaml", data, lexicon)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"), ("N", "N"), ("010", 10), ("1_0", "1_0"), ("2026-01-01", "2026-01-01"),
        ("1.5", 1.5), ("true", True), ("~", None), ("'true'", "true"), ("12:30:45", "12:30:45"),
    ],
)  # fmt: skip
def test_words_mean_what_they_say(word: str, value: object) -> None:
    assert yaml_plain.read_yaml("t", f"a: {word}\n".encode()) == {"a": value}


# ---------------------------------------------------------------- what is no trial
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.json", b"", "the file is empty"),
        ("t.json", b'{"id": "T1"', "this is not JSON, or it ends too early"),
        ("t.json", b'{"colour": "red"}', "this is no trial in a format known here"),
        ("t.json", b'"text"', "one column alone was found"),
        ("t.html", b"<html></html>", "this is a web page or XML, not JSON"),
        ("t.csv", b"a,b\n1,2\n", "no column is known"),
        ("t.yaml", b"just words", "this is no trial in a format known here"),
        ("t.bin", b"\x00\x01\x02\x03", "the encoding cannot be told"),
    ],
)
def test_what_is_no_trial_is_refused_with_a_sentence(
    name: str, data: bytes, message: str, lexicon: Lexicon
) -> None:
    assert message in refusal(name, data, lexicon)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/x.json", "x.json"),
        ("C:\\files\\x.json", "x.json"),
        ("a\nb", "file"),
        ("", "file"),
    ],
)
def test_a_file_is_called_by_its_last_name(given: str, shown: str, lexicon: Lexicon) -> None:
    assert refusal(given, b"[]", lexicon).startswith(f"{shown}: ")


def test_criteria_as_rules_are_sound(lexicon: Lexicon) -> None:
    data = json.dumps(trial(arm("A", {"and": [{"clinical": {"age_numerical": ">=18"}}]}))).encode()
    _, criteria = read_upload("t.json", data, lexicon)
    assert criteria is not None
    assert all(isinstance(each, Criterion) for each in criteria)
