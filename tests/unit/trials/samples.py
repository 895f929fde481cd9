"""Invented studies in the formats of the registries, small enough to be read at a glance."""

import copy
from typing import Any

CTGOV: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT90000001",
            "nctIdAliases": ["NCT90000009"],
            "orgStudyIdInfo": {"id": "OWN-1"},
            "secondaryIdInfos": [{"id": "2026-500001-11-00", "type": "EU_CTIS"}],
            "briefTitle": "Walking and Blood Sugar",
            "officialTitle": "A Trial of Walking",
        },
        "statusModule": {
            "overallStatus": "NOT_YET_RECRUITING",
            "startDateStruct": {"date": "2027-02"},
            "completionDateStruct": {"date": "2028-03-31"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Walkers United"}},
        "descriptionModule": {"briefSummary": "People walk."},
        "conditionsModule": {"conditions": ["Type 2 Diabetes"], "keywords": ["walking"]},
        "designModule": {
            "phases": ["PHASE2", "PHASE3"],
            "enrollmentInfo": {"count": 120, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {"interventions": [{"name": "Walking"}, {"name": "Walking"}]},
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* HbA1c \\> 7 %\n* BMI 20-30 kg/m\\^2",
            "healthyVolunteers": False,
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "75 Years",
        },
        "contactsLocationsModule": {
            "locations": [
                {
                    "facility": "Town Hospital",
                    "status": "RECRUITING",
                    "city": "Lyon",
                    "zip": "69003",
                    "country": "France",
                    "contacts": [
                        {"name": "Ada Example", "role": "PRINCIPAL_INVESTIGATOR"},
                        {
                            "name": "Trial desk",
                            "role": "CONTACT",
                            "phone": "555-0100",
                            "phoneExt": "7",
                        },
                    ],
                    "geoPoint": {"lat": 45.75, "lon": 4.85},
                },
                {"city": "Seoul", "country": "Korea, Republic of"},
            ],
            "centralContacts": [
                {"name": "Study desk", "role": "CONTACT", "email": "desk@example.org"}
            ],
            "overallOfficials": [{"name": "Ada Example", "role": "STUDY_CHAIR"}],
        },
    },
    "hasResults": False,
}


def _criterion(kind: str, number: int, text: str, french: str | None = None) -> dict[str, Any]:
    field = f"principal{kind}Criteria"
    translated = [{"attributeTranslation": french, "languageDescription": "French"}]
    return {"number": number, field: text, f"{field}Translations": translated if french else []}


def part_one() -> dict[str, Any]:
    """What holds in every country, alike in both shapes of the EU register."""
    return {
        "rowSubjectCount": 40,
        "sponsors": [
            {"primary": False, "organisation": {"name": "Another"}},
            {
                "primary": True,
                "organisation": {"name": "Hôpital Exemple"},
                "publicContacts": [
                    {
                        "functionalName": "Trial desk",
                        "functionalEmailAddress": "trials@example.org",
                        "telephone": "+33 1 99 00 10 11",
                    }
                ],
            },
        ],
        "products": [
            {
                "productName": "Examplin 5 mg",
                "productDictionaryInfo": {"activeSubstanceName": "EXAMPLIN"},
            },
            {
                "productName": "Placebo",
                "productDictionaryInfo": {"activeSubstanceName": "N/A"},
            },
        ],
        "trialDetails": {
            "clinicalTrialIdentifiers": {
                "fullTitle": "A study of examplin in asthma",
                "fullTitleTranslations": [
                    {
                        "attributeTranslation": "Une étude de l’examplin",
                        "languageDescription": "French",
                    }
                ],
                "publicTitle": "Examplin for asthma",
                "publicTitleTranslations": [
                    {
                        "attributeTranslation": "Examplin dans l’asthme",
                        "languageDescription": "French",
                    }
                ],
                "shortTitle": "EX-1",
                "secondaryIdentifyingNumbers": {"nctNumber": {"number": "NCT90000002"}},
            },
            "trialInformation": {
                "trialCategory": {"trialPhase": "10"},
                "medicalCondition": {
                    "partIMedicalConditions": [{"medicalCondition": "Severe asthma"}],
                    "meddraConditionTerms": [{"termName": "Asthma"}],
                },
                "trialObjective": {
                    "mainObjective": "To see whether it helps",
                    "mainObjectiveTranslations": [
                        {
                            "attributeTranslation": "Savoir si cela aide",
                            "languageDescription": "French",
                        }
                    ],
                },
                "eligibilityCriteria": {
                    "principalInclusionCriteria": [
                        _criterion("Inclusion", 2, "Use of an inhaler\n- daily", "Un inhalateur"),
                        _criterion("Inclusion", 1, "Asthma for at least a year", "Un asthme"),
                    ],
                    "principalExclusionCriteria": [
                        _criterion("Exclusion", 1, "Use of the study drug", "Le produit étudié")
                    ],
                },
                "trialDuration": {
                    "estimatedRecruitmentStartDate": "2026-03-01",
                    "estimatedEndDate": "2027-09-30",
                },
                "populationOfTrialSubjects": {
                    "ageRanges": [{"ageRangeCategory": "4"}, {"ageRangeCategoryCode": "3"}],
                    "clinicalTrialGroups": [{"name": "Patients"}],
                    "isFemaleSubjects": True,
                    "isMaleSubjects": True,
                },
            },
        },
    }


def parts_two() -> list[dict[str, Any]]:
    """What holds in one country."""
    return [
        {
            "mscInfo": {"hasRecruitmentStarted": True},
            "recruitmentSubjectCount": 60,
            "trialSites": [
                {
                    "personInfo": {"firstName": "Ada", "lastName": "Example"},
                    "departmentName": "Pneumologie",
                    "organisationAddressInfo": {
                        "organisation": {"name": "Hôpital de la Ville"},
                        "phone": "+33 1 99 00 10 10",
                        "email": "ward@example.org",
                        "address": {
                            "oneLine": "1 rue de l’Exemple",
                            "city": "Paris",
                            "postcode": "75013",
                            "country": 2012,
                            "countryName": "France",
                        },
                    },
                }
            ],
        }
    ]


def ctis_now() -> dict[str, Any]:
    """The shape since June 2024."""
    return {
        "ctNumber": "2026-500001-11-00",
        "ctStatus": 3,
        "ctPublicStatusCode": 3,
        "startDateEU": "29/01/2026",
        "authorizedApplication": {
            "authorizedPartI": part_one(),
            "authorizedPartsII": parts_two(),
            "eudraCt": {"eudraCtCode": "2019-000001-11"},
        },
    }


def ctis_before() -> dict[str, Any]:
    """The shape before June 2024."""
    return {
        "ctNumber": "2022-500001-11-00",
        "ctStatus": "Authorised, recruiting",
        "authorizedPartI": part_one(),
        "authorizedPartsII": parts_two(),
    }


def ctgov(number: str = "NCT90000001", **eligibility: object) -> dict[str, Any]:
    """The study with another number and other fields of its eligibility."""
    study = copy.deepcopy(CTGOV)
    study["protocolSection"]["identificationModule"]["nctId"] = number
    study["protocolSection"]["eligibilityModule"] |= eligibility
    return study


def exchange(identifier: object = "T1", **fields: object) -> dict[str, Any]:
    """A trial in the exchange format."""
    return {"id": identifier, "criteria": "Inclusion Criteria:\n- Asthma"} | fields
