"""A study in the words of schema.org, so that search engines show it for what it is."""

from typing import Final

from recruit.actions.catalogue import Study
from recruit.trials.draft import TrialStatus
from recruit.trials.materials.content import Part

# https://schema.org/MedicalStudyStatus and https://schema.org/EventStatusType know no others.
STATUSES: Final = {
    TrialStatus.NOT_YET_RECRUITING: "NotYetRecruiting",
    TrialStatus.RECRUITING: "Recruiting",
    TrialStatus.ENROLLING_BY_INVITATION: "EnrollingByInvitation",
    TrialStatus.ACTIVE_NOT_RECRUITING: "ActiveNotRecruiting",
    TrialStatus.SUSPENDED: "Suspended",
    TrialStatus.COMPLETED: "Completed",
    TrialStatus.TERMINATED: "Terminated",
    TrialStatus.WITHDRAWN: "Withdrawn",
}


def medical_trial(study: Study, base_url: str) -> dict[str, object]:
    """The JSON-LD of a study page; what is not known is left out."""
    known: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "MedicalTrial",
        "name": study.page.texts[Part.TITLE] if study.page else study.title.text,
        "identifier": study.identifier,
        "url": f"{base_url}/studies/{study.slug}",
    }
    if study.page:
        known["description"] = study.page.texts[Part.SUMMARY]
    elif study.summary.text:
        known["description"] = study.summary.text
    if study.conditions.texts:
        known["healthCondition"] = [
            {"@type": "MedicalCondition", "name": name} for name in study.conditions.texts
        ]
    if study.sponsor:
        known["sponsor"] = {"@type": "Organization", "name": study.sponsor}
    if study.countries:
        known["studyLocation"] = [
            {"@type": "AdministrativeArea", "name": code} for code in study.countries
        ]
    if study.status in STATUSES:
        known["status"] = f"https://schema.org/{STATUSES[study.status]}"
    if study.registry_url:
        known["sameAs"] = study.registry_url
    return known
