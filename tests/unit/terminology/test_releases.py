"""Standard releases become a table in the data folder; wrong files are refused, by name."""

from pathlib import Path

import pytest

from recruit.core.errors import Refusal
from recruit.terminology import releases

OBO = """format-version: 1.2
ontology: doid

[Term]
id: DOID:9352
name: type 2 diabetes mellitus
synonym: "NIDDM" EXACT []
synonym: "diabetes" BROAD []
xref: MESH:D003924
is_a: DOID:9351 ! diabetes mellitus

[Term]
id: DOID:1
name: old thing
is_obsolete: true
"""
MESH = """<?xml version="1.0"?>
<DescriptorRecordSet LanguageCode="eng">
 <DescriptorRecord><DescriptorUI>D003924</DescriptorUI>
  <DescriptorName><String>Diabetes Mellitus, Type 2</String></DescriptorName>
  <TreeNumberList><TreeNumber>C19.246.300</TreeNumber></TreeNumberList>
  <ConceptList><Concept><TermList><Term><String>NIDDM</String></Term></TermList></Concept></ConceptList>
 </DescriptorRecord>
 <DescriptorRecord><DescriptorUI>D000001</DescriptorUI>
  <DescriptorName><String>Calcimycin</String></DescriptorName>
  <TreeNumberList><TreeNumber>D03.633</TreeNumber></TreeNumberList>
 </DescriptorRecord>
</DescriptorRecordSet>"""
CLAML = """<?xml version="1.0"?>
<ClaML version="2.0.0"><Title name="CIM-10-FR" date="2026-01-01">CIM-10</Title>
 <Class code="E11" kind="category"><SuperClass code="E10-E14"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Diabète sucré de type 2</Label></Rubric></Class>
</ClaML>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<DescriptorRecordSet><DescriptorRecord>&b;</DescriptorRecord></DescriptorRecordSet>"""


@pytest.mark.parametrize(
    ("content", "code", "name", "language"),
    [
        (OBO, "DOID:9352", "type 2 diabetes mellitus", "en"),
        (MESH, "MESH:D003924", "Diabetes Mellitus, Type 2", "en"),
        (CLAML, "ICD10:E11", "Diabète sucré de type 2", "fr"),
    ],
    ids=["OBO", "MeSH", "ClaML"],
)
def test_a_release_is_kept_with_names_and_codes(
    content: str, code: str, name: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / "release"
    file.write_text(content, encoding="utf-8")
    assert releases.load_release(file, tmp_path) == 1
    [entry] = releases.entries(tmp_path)
    assert entry.code == code
    assert (entry.names[0].text, entry.names[0].language) == (name, language)


def test_only_exact_synonyms_name_a_term(tmp_path: Path) -> None:
    file = tmp_path / "doid.obo"
    file.write_text(OBO, encoding="utf-8")
    releases.load_release(file, tmp_path)
    [entry] = releases.entries(tmp_path)
    assert [name.text for name in entry.names] == ["type 2 diabetes mellitus", "NIDDM"]
    assert entry.same == ("MESH:D003924",)


def test_loading_changes_the_digest_and_loading_again_replaces(tmp_path: Path) -> None:
    before = releases.digest(tmp_path)
    file = tmp_path / "doid.obo"
    file.write_text(OBO, encoding="utf-8")
    releases.load_release(file, tmp_path)
    once = releases.digest(tmp_path)
    releases.load_release(file, tmp_path)
    assert before != once == releases.digest(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "<html><body>Not found</body></html>",
        MESH[:300],
        BOMB,
        "format-version: 1.2\n",
        "",
        "\x00\xff",
    ],
    ids=["a web page", "cut short", "entities", "no term", "empty", "bytes"],
)
def test_a_wrong_file_is_refused_by_name_and_leaves_nothing(content: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.xml"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(Refusal, match=r"^wrong\.xml: format: "):
        releases.load_release(file, tmp_path)
    assert list((tmp_path / "terminologies").iterdir()) == []
