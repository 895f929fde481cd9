"""USDM, CDISC's model of a study, in the layouts of its versions 3 and 4."""

from time import process_time
from typing import Any

import pytest

from recruit.core.dates import TimeUnit
from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.trials.draft import AgeLimit, SiteDraft, TrialDraft
from recruit.trials.sources.recognise import drafts
from recruit.trials.sources.usdm import claims, read_usdm
from recruit.trials.sources.usdm_text import plain


def code(number: str, word: str = "") -> dict[str, str]:
    return {"code": number, "decode": word}


def alias(number: str, word: str = "") -> dict[str, Any]:
    return {"standardCode": code(number, word), "standardCodeAliases": []}


def quantity(amount: float, unit: str | None = None) -> dict[str, Any]:
    return {"value": amount, "unit": alias("C0", unit) if unit else None}


INCLUSION, EXCLUSION = code("C25532", "Inclusion Criteria"), code("C25370", "Exclusion Criteria")
TITLES = [
    {"text": "Examplin in asthma", "type": code("C207615", "Brief Study Title")},
    {"text": "A trial of examplin", "type": code("C207616", "Official Study Title")},
]
SPONSOR = {
    "id": "Organization_1",
    "name": "INST",
    "label": "Institute",
    "type": code("C70793", "Clinical Study Sponsor"),
}


def third() -> dict[str, Any]:
    """The layout of version 3."""
    population = {
        "includesHealthySubjects": False,
        "plannedEnrollmentNumber": {"minValue": 100, "maxValue": 120, "isApproximate": False},
        "plannedSex": [code("C49636", "Both")],
        "plannedAge": {"minValue": 18.0, "maxValue": 75.0, "unit": code("C29848", "Year")},
        "criteria": [
            {"category": INCLUSION, "text": "<p>Asthma for <b>a year</b></p>"},
            {"category": EXCLUSION, "text": "Pregnancy &amp; nursing"},
            {"category": INCLUSION, "text": "Uses an inhaler"},
        ],
    }
    version = {
        "titles": TITLES,
        "studyPhase": alias("C15601", "Phase II Trial"),
        "studyIdentifiers": [
            {"studyIdentifier": "EX-1", "studyIdentifierScope": SPONSOR},
            {"studyIdentifier": "NCT90000004"},
        ],
        "studyDesigns": [
            {
                "population": population,
                "indications": [{"name": "IND1", "codes": [code("195967001", "Asthma")]}],
                "studyInterventions": [{"name": "INT1", "label": "Examplin"}],
            }
        ],
    }
    return {"study": {"name": "EX", "description": "People inhale.", "versions": [version]}}


def fourth() -> dict[str, Any]:
    """The layout of version 4."""
    design = {
        "studyPhase": alias("C15694", "Phase II/III Trial"),
        "population": {
            "includesHealthySubjects": True,
            "plannedEnrollmentNumberQuantity": quantity(300.0),
            "plannedSex": [code("C16576", "Female")],
            "plannedAge": {
                "id": "Range_1",
                "minValue": quantity(6.0, "Month"),
                "maxValue": quantity(24.0, "Month"),
            },
            "criterionIds": ["c1", "c2"],
        },
        "indications": [{"name": "IND1", "label": "Asthma"}],
        "eligibilityCriteria": [
            {"id": "c1", "category": INCLUSION, "criterionItemId": "i1", "identifier": "01"},
            {"id": "c2", "category": EXCLUSION, "criterionItemId": "i2", "identifier": "02"},
        ],
    }
    version = {
        "titles": TITLES,
        "studyIdentifiers": [
            {"text": "2026-500001-11-00", "scopeId": "Organization_2"},
            {"text": "EX-1", "scopeId": "Organization_1"},
        ],
        "studyDesigns": [design],
        "eligibilityCriterionItems": [
            {
                "id": "i1",
                "text": '<p>Aged <usdm:tag name="min_age"/> or more</p>',
                "dictionaryId": "d1",
            },
            {"id": "i2", "text": "<ul><li>Smoking</li><li>Vaping</li></ul>"},
        ],
        "dictionaries": [
            {
                "id": "d1",
                "parameterMaps": [
                    {
                        "tag": "min_age",
                        "reference": '<usdm:ref klass="Range" id="Range_1" attribute="minValue"/>',
                    }
                ],
            }
        ],
        "organizations": [
            SPONSOR
            | {
                "legalAddress": {
                    "lines": ["1 Example Street"],
                    "city": "Lyon",
                    "postalCode": "69003",
                    "country": code("FRA", "France"),
                },
                "managedSites": [{"name": "S1", "label": "Hôpital Exemple"}],
            }
        ],
        "studyInterventions": [{"name": "Examplin"}],
    }
    return {"study": {"name": "EX", "versions": [version]}, "usdmVersion": "4.0"}


def test_a_study_of_version_3_is_read() -> None:
    draft = read_usdm(third(), "file")
    assert (draft.id, draft.registry_ids) == ("NCT90000004", ("EX-1",))
    assert (draft.title, draft.official_title) == ("Examplin in asthma", "A trial of examplin")
    assert (draft.summary, draft.sponsor) == ("People inhale.", "Institute")
    assert (draft.conditions, draft.interventions) == (("Asthma",), ("Examplin",))
    assert (draft.sex, draft.healthy_volunteers, draft.phase) == ("all", False, "2")
    assert (draft.youngest, draft.oldest) == (
        AgeLimit(18, TimeUnit.YEAR),
        AgeLimit(75, TimeUnit.YEAR),
    )
    assert draft.target == 120


def test_the_criteria_of_version_3_stand_at_the_population() -> None:
    assert read_usdm(third(), "file").criteria == (
        "Inclusion Criteria:\n\n1. Asthma for a year\n2. Uses an inhaler"
        "\n\nExclusion Criteria:\n\n1. Pregnancy & nursing"
    )


def test_criteria_at_the_version_are_read_too() -> None:
    study = third()
    version = study["study"]["versions"][0]
    version["criteria"] = version["studyDesigns"][0]["population"].pop("criteria")
    assert read_usdm(study, "file").criteria == read_usdm(third(), "file").criteria


def test_a_study_of_version_4_is_read() -> None:
    draft = read_usdm(fourth(), "file")
    assert (draft.id, draft.registry_ids) == ("2026-500001-11-00", ("EX-1",))
    assert (draft.sex, draft.healthy_volunteers, draft.phase) == ("female", True, "2/3")
    assert (draft.youngest, draft.oldest) == (
        AgeLimit(6, TimeUnit.MONTH),
        AgeLimit(24, TimeUnit.MONTH),
    )
    assert (draft.target, draft.interventions) == (300, ("Examplin",))


def test_the_criteria_of_version_4_stand_among_the_items_and_their_tags_are_filled() -> None:
    assert read_usdm(fourth(), "file").criteria == (
        "Inclusion Criteria:\n\n1. Aged 6 months or more"
        "\n\nExclusion Criteria:\n\n1. - Smoking\n   - Vaping"
    )


def test_a_tag_that_nobody_explains_stays_to_be_seen() -> None:
    study = fourth()
    study["study"]["versions"][0]["dictionaries"] = []
    assert "1. Aged [min_age] or more" in read_usdm(study, "file").criteria


def test_the_sites_of_a_study_are_read() -> None:
    assert read_usdm(fourth(), "file").sites == (
        SiteDraft("Hôpital Exemple", "Lyon", "69003", "FR", address="1 Example Street"),
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain  text", "plain text"),
        ("a &lt; b", "a < b"),
        ("<p>one</p><p>two<br/>three</p>", "one\ntwo\nthree"),
        ("<script>alert(1)</script>seen", "seen"),
        ("<p>HbA1c &ge; 7&nbsp;%", "HbA1c ≥ 7 %"),
        ("x < 3 and y > 4", "x < 3 and y > 4"),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize("piece", ["<", "<p ", "<!--", "&amp", "[a", '<usdm:tag name="'])
def test_hostile_markup_takes_no_time(piece: str) -> None:
    study = third()
    population = study["study"]["versions"][0]["studyDesigns"][0]["population"]
    population["criteria"] = [{"text": piece * 60_000, "dictionaryId": "d1"}]
    began = process_time()
    read_usdm(study, "file")
    assert process_time() - began < 2


def test_a_study_without_a_registered_number_is_a_draft_without_number() -> None:
    study = third()
    study["study"]["versions"][0]["studyIdentifiers"].pop()
    (draft,) = drafts(Record("f", study), unfinished=True)
    assert isinstance(draft, TrialDraft)
    assert (draft.id, draft.registry_ids) == ("", ("EX-1",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"versions": []}, r"study\.versions: "),
        (
            {"versions": [{"titles": "x"}]},
            r"file: study\.versions\[0\]\.titles: this must be a list",
        ),
    ],
)
def test_a_study_of_another_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        read_usdm({"study": {"name": "EX"} | change}, "file")


@pytest.mark.parametrize("value", [{"study": {}}, {"study": "x"}, [], {"id": "T1"}])
def test_other_formats_are_not_claimed(value: object) -> None:
    assert not claims(value)
