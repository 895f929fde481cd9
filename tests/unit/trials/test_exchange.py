import math
from dataclasses import fields
from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.trials.draft import (
    Contact,
    Participation,
    SiteDraft,
    Translation,
    TrialDraft,
    TrialStatus,
    decode_draft,
    digest,
    encode_draft,
)
from recruit.trials.sources.exchange import read_exchange
from recruit.trials.sources.exchange_out import as_exchange
from tests.unit.trials.samples import exchange

WHOLE: dict[str, Any] = {
    "id": "T1",
    "title": "Le sommeil",
    "official_title": "Essai du sommeil",
    "summary": "On dort.",
    "language": "fr",
    "conditions": ["Asthme"],
    "interventions": ["Sommeil"],
    "keywords": ["nuit"],
    "sex": "female",
    "min_age": "6 Months",
    "max_age": "75 ans",
    "healthy_volunteers": False,
    "criteria": "Asthme\n\n",
    "status": "recruiting",
    "phase": "1/2",
    "sponsor": "Université Exemple",
    "start_date": "2026-01",
    "completion_date": "2028-06-30",
    "target": 240,
    "registry_ids": ["NCT90000001"],
    "url": "https://example.org/t1",
    "participation": {"visits": "6 visites", "burden": "Prises de sang", "reimbursement": "Taxi"},
    "contacts": [{"name": "A", "role": "infirmière", "phone": "1", "email": "a@example.org"}],
    "sites": [
        {
            "name": "Hôpital Exemple",
            "city": "Lyon",
            "postcode": "69003",
            "country": "FR",
            "lat": 45,
            "lon": 4.8,
            "status": "suspended",
            "address": "1 rue de l’Exemple",
            "contact": {"email": "ward@example.org"},
            "capacity": 0,
            "hours": "8–12 h",
            "travel": "Taxi",
        },
        {},
    ],
    "translations": [
        {
            "language": "en",
            "title": "Sleep",
            "official_title": "A trial of sleep",
            "summary": "People sleep.",
            "criteria": "Asthma",
            "participation": {"visits": "6 visits"},
        }
    ],
}


def read(**fields: Any) -> TrialDraft:  # noqa: ANN401 - whatever somebody may write
    return read_exchange(exchange(**fields), "trials.jsonl:7")


def test_every_field_of_the_contract_is_read() -> None:
    draft = read(
        title=" Asthma and sleep ",
        summary="Sleep.",
        conditions=["Asthma", "asthma", " ", "Asthma"],
        interventions=["Sleep"],
        keywords=["night"],
        sex="female",
        min_age="6 Months",
        max_age="N/A",
        language="fr",
        status="recruiting",
        sites=[
            {"name": "H", "city": "Lyon", "postcode": "69003", "country": "FR"},
            {"lat": 45, "lon": 4.8, "status": "completed", "country": "France"},
        ],
    )
    assert (draft.title, draft.language, draft.sex) == ("Asthma and sleep", "fr", "female")
    assert draft.conditions == ("Asthma", "asthma")
    assert (draft.min_age, draft.max_age, draft.oldest) == ("6 Months", "N/A", None)
    assert draft.status is TrialStatus.RECRUITING
    assert draft.sites == (
        SiteDraft("H", "Lyon", "69003", "FR"),
        SiteDraft(country="FR", lat=45, lon=4.8, status=TrialStatus.COMPLETED),
    )


def test_a_field_that_is_null_counts_as_left_out() -> None:
    empty = dict.fromkeys(
        ("title", "summary", "conditions", "keywords", "sex", "min_age", "status", "sites")
    )
    assert read(**empty) == read()


def test_the_text_stays_as_it_is_written() -> None:
    text = "  Inclusion:\r\n\\> 7 m\\^2  "
    assert read(criteria=text).criteria == text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"min_age": "450 Years"}, "T1: min_age: nobody reaches the age of 450 years"),
        (
            {"min_age": "40 Years", "max_age": "18 Years"},
            "T1: min_age: the lowest age is above the highest age",
        ),
        ({"sex": "martian"}, "T1: sex: “martian” is not a sex known here"),
        ({"sex": 3}, "T1: sex: this must be a text"),
        ({"conditions": list(map(str, range(1001)))}, "T1: conditions: more than 1,000 of them"),
        ({"keywords": list(map(str, range(1001)))}, "T1: keywords: more than 1,000 of them"),
        ({"criteria": ["a"]}, "T1: criteria: this must be a text"),
        ({"criteria": "a\x00b"}, "T1: criteria: this holds a character that no text has"),
        ({"title": "\ud800"}, "T1: title: this holds a character that no text has"),
        ({"conditions": "Asthma"}, "T1: conditions: this must be a list"),
        ({"conditions": [1]}, "T1: conditions[0]: this must be a text"),
        ({"language": "de"}, "T1: language: this must be one of: 'en' or 'fr'"),
        ({"sites": [{"lat": 91, "lon": 0}]}, "T1: sites[0].lat: no such place on earth"),
        ({"sites": [{}, {"lat": 0, "lon": -181}]}, "T1: sites[1].lon: no such place on earth"),
        ({"sites": [{"lat": math.nan, "lon": 0}]}, "T1: sites[0].lat: no such place on earth"),
        (
            {"sites": [{"lat": 4}]},
            "T1: sites[0]: a latitude and a longitude come together",
        ),
        ({"sites": [{"lat": "4", "lon": 5}]}, "T1: sites[0].lat: this must be a number"),
        ({"sites": ["Lyon"]}, "T1: sites[0]: this must be an object"),
        ({"sites": [{"status": "?!"}], "status": "odd"}, "T1: status: “odd” is not a status"),
        ({"healthy_volunteers": "yes"}, "T1: healthy_volunteers: this must be true or false"),
        ({"target": -1}, "T1: target: no such value is possible here"),
        ({"identifier": "x" * 101}, "id: this must be 1 to 100 characters without spaces"),
        ({"identifier": "two words"}, "id: this must be 1 to 100 characters without spaces"),
        ({"identifier": 7}, "trials.jsonl:7: id: this must be a text"),
        ({"sites": [{"capacity": -1}]}, "T1: sites[0].capacity: no such value is possible here"),
        ({"contacts": [{"phone": 33}]}, "T1: contacts[0].phone: this must be a text"),
        ({"participation": "often"}, "T1: participation: this must be an object"),
    ],
)
def test_an_odd_value_is_refused_with_record_and_field(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read(**fields)
    assert message in str(refusal.value)


def test_a_refusal_is_said_in_french_too() -> None:
    with pytest.raises(Refusal) as refusal:
        read(min_age="450 Years")
    assert refusal.value.say("fr") == "T1 : min_age : personne n’atteint l’âge indiqué : 450 years"


def test_a_million_characters_are_taken_and_one_more_is_refused() -> None:
    assert len(read(criteria="x" * 1_000_000).criteria) == 1_000_000
    with pytest.raises(Refusal, match="T1: criteria: longer than 1,000,000 characters"):
        read(criteria="x" * 1_000_001)


def test_equal_ages_in_other_units_are_no_contradiction() -> None:
    assert read(min_age="12 Months", max_age="1 Year").oldest is not None


def test_what_taking_part_means_and_whom_to_ask_are_read() -> None:
    draft = read(
        participation={"visits": "6 visits ", "burden": "Blood tests", "reimbursement": "Travel"},
        contacts=[{"name": "Study desk", "role": "nurse", "phone": "01 99 00 10 10"}],
        sites=[
            {
                "name": "Hôpital Exemple",
                "address": "1 rue de l’Exemple",
                "contact": {"email": "desk@example.org"},
                "capacity": 12,
                "hours": "Monday to Friday",
                "travel": "Taxi",
            }
        ],
        translations=[{"language": "fr", "participation": {"visits": "6 visites"}}],
    )
    assert draft.participation == Participation("6 visits", "Blood tests", "Travel")
    assert draft.contacts == (Contact("Study desk", "nurse", "01 99 00 10 10"),)
    assert draft.sites == (
        SiteDraft(
            "Hôpital Exemple",
            address="1 rue de l’Exemple",
            contact=Contact(email="desk@example.org"),
            capacity=12,
            hours="Monday to Friday",
            travel="Taxi",
        ),
    )
    assert draft.translations == (Translation("fr", "", participation=Participation("6 visites")),)


def test_a_whole_trial_is_written_and_read_again_as_it_was() -> None:
    whole = read_exchange(WHOLE, "file")
    assert read_exchange(as_exchange(whole), "file") == whole
    assert all(getattr(whole, each.name) != each.default for each in fields(TrialDraft))


def test_a_translation_is_used_for_its_language() -> None:
    french = {
        "language": "fr",
        "criteria": "Asthme",
        "title": "L’asthme",
        "summary": " Un essai.\n",
    }
    draft = read(translations=[french])
    assert draft.translations == (Translation("fr", "Asthme", "L’asthme", "Un essai."),)
    assert (draft.text("fr"), draft.text("en")) == ("Asthme", draft.criteria)


def test_a_draft_comes_back_from_its_json_text_as_it_was() -> None:
    draft = read(
        min_age="6 Months",
        start_date="2026-04",
        sites=[{"lat": 1, "lon": 2}],
        phase="1/2",
        sex="all",
    )
    assert draft.starts == PartialDate.parse("2026-04")
    assert decode_draft(encode_draft(draft)) == draft


def test_the_same_record_has_the_same_digest_and_another_has_another() -> None:
    first, again, other = (digest(encode_draft(read(title=t))) for t in ("A", "A", "B"))
    assert first == again != other


def test_a_thousand_conditions_and_keywords_are_taken() -> None:
    words = [f"word {number}" for number in range(1000)]
    draft = read_exchange(exchange(conditions=words, keywords=words), "f")
    assert (len(draft.conditions), len(draft.keywords)) == (1000, 1000)
