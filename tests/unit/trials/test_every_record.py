"""Every registry record of the measuring data against its draft, field by field.

The record is read here by plain look-ups that share nothing with the reader of the program.
"""

import re
from collections.abc import Iterator

from recruit.trials.draft import Contact, SiteDraft, TrialDraft
from tests.registry_records import Study, at, country, once, studies, text

STUDIES = 394  # different ones, in some four hundred records
PHASES = {
    "": None,
    "NA": None,
    "EARLY_PHASE1": "early 1",
    "PHASE1": "1",
    "PHASE1/PHASE2": "1/2",
    "PHASE2": "2",
    "PHASE2/PHASE3": "2/3",
    "PHASE3": "3",
    "PHASE4": "4",
}


def each() -> Iterator[tuple[Study, TrialDraft]]:
    found = studies()
    assert len(found) == STUDIES
    yield from found.values()


def test_titles_and_summary_are_the_record_s() -> None:
    for study, draft in each():
        names = study["identificationModule"]
        assert draft.id == names["nctId"]
        assert draft.title == text(names, "briefTitle")
        assert draft.official_title == text(names, "officialTitle")
        assert draft.summary == text(study, "descriptionModule", "briefSummary")


def test_the_eligibility_text_is_the_record_s_letter_by_letter() -> None:
    for study, draft in each():
        assert draft.criteria == study["eligibilityModule"]["eligibilityCriteria"]


def test_conditions_interventions_and_keywords_are_the_record_s() -> None:
    for study, draft in each():
        conditions = at(study, "conditionsModule", "conditions") or []
        keywords = at(study, "conditionsModule", "keywords") or []
        given = at(study, "armsInterventionsModule", "interventions") or []
        assert list(draft.conditions) == once(conditions)
        assert list(draft.keywords) == once(keywords)
        assert list(draft.interventions) == once([text(one, "name") for one in given])


def test_phase_status_and_dates_are_the_record_s() -> None:
    for study, draft in each():
        assert draft.phase == PHASES["/".join(at(study, "designModule", "phases") or [])]
        assert draft.status.value == study["statusModule"]["overallStatus"].lower()
        assert shown(draft.starts) == text(study, "statusModule", "startDateStruct", "date")
        assert shown(draft.ends) == text(study, "statusModule", "completionDateStruct", "date")


def shown(value: object) -> str:
    return "" if value is None else str(value)


def test_enrolment_sponsor_and_numbers_are_the_record_s() -> None:
    for study, draft in each():
        names = study["identificationModule"]
        others = [
            *(names.get("nctIdAliases") or []),
            text(names, "orgStudyIdInfo", "id"),
            *(text(one, "id") for one in names.get("secondaryIdInfos") or []),
        ]
        assert draft.target == at(study, "designModule", "enrollmentInfo", "count")
        assert draft.sponsor == text(study, "sponsorCollaboratorsModule", "leadSponsor", "name")
        assert list(draft.registry_ids) == once(others)
        assert draft.url == f"https://clinicaltrials.gov/study/{draft.id}"


def test_ages_are_the_record_s() -> None:
    for study, draft in each():
        for field, words, limit in (
            ("minimumAge", draft.min_age, draft.youngest),
            ("maximumAge", draft.max_age, draft.oldest),
        ):
            said = at(study, "eligibilityModule", field)
            assert words == said
            if said is None:
                assert limit is None
                continue
            amount, unit = re.fullmatch(r"(\d+) (Year|Month|Week|Day)s?", said).groups()  # type: ignore[union-attr]  # it fits
            assert limit is not None
            assert (limit.amount, limit.unit.value) == (float(amount), unit.lower())


def test_sex_and_healthy_volunteers_are_the_record_s() -> None:
    for study, draft in each():
        asked = study["eligibilityModule"]
        assert draft.sex == asked["sex"].lower()
        assert draft.healthy_volunteers is asked.get("healthyVolunteers")


def test_the_sites_are_the_record_s_in_their_order() -> None:
    for study, draft in each():
        locations = at(study, "contactsLocationsModule", "locations") or []
        assert len(draft.sites) == len(locations)
        for site, location in zip(draft.sites, locations, strict=True):
            compare(site, location)


def compare(site: SiteDraft, location: Study) -> None:
    assert site.name == text(location, "facility")
    assert site.city == text(location, "city")
    assert site.postcode == text(location, "zip")
    assert site.country == country(location["country"]), location["country"]
    assert site.lat == at(location, "geoPoint", "lat")
    assert site.lon == at(location, "geoPoint", "lon")
    assert (site.status.value if site.status else None) == (
        location["status"].lower() if "status" in location else None
    )
    people = [one for one in location.get("contacts") or [] if one.get("role") == "CONTACT"]
    assert site.contact == (contact(people[0]) if people else None)


def contact(person: Study) -> Contact:
    phone, extension = text(person, "phone"), text(person, "phoneExt")
    number = f"{phone} ext. {extension}" if phone and extension else phone
    return Contact(text(person, "name"), "", number, text(person, "email"))


def test_the_contacts_of_the_study_are_the_record_s() -> None:
    for study, draft in each():
        people = at(study, "contactsLocationsModule", "centralContacts") or []
        assert list(draft.contacts) == [contact(one) for one in people]
