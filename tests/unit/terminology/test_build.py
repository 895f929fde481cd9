"""The file's name follows its inputs, and a missing package is named."""

from pathlib import Path

import pytest

from recruit.terminology import build
from recruit.terminology.sources import drugs, icd10
from recruit.terminology.sources.packages import DataMissing, package_file


def test_another_input_makes_another_file(tmp_path: Path) -> None:
    before = build.path(tmp_path)
    (tmp_path / "terminologies").mkdir()
    (tmp_path / "terminologies" / "doid.jsonl").write_text("{}", encoding="utf-8")
    assert build.path(tmp_path) != before


def test_a_file_that_is_not_installed_is_named() -> None:
    with pytest.raises(DataMissing, match=r"nowhere/data\.xml"):
        package_file("nowhere/data.xml")


def test_without_the_french_package_its_names_are_left_out_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (build, drugs, icd10):
        monkeypatch.setattr(module, "installed", lambda _package: None)
    assert build.left_out() == ("edsnlp",)
    assert list(drugs.french()) == []
    assert list(icd10.french({"E11": "Type 2 diabetes mellitus"})) == []
