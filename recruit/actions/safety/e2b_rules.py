"""The rules of ICH E2B(R3) that a message of ours must keep, element by element.

Every row names the element of the "Implementation Guide for Electronic Transmission of Individual
Case Safety Reports (ICSRs)", version 5.02 of 10 November 2016, section 3.4, where its conformance,
data type, length, OID, values and nullFlavors stand under that number; code lists' OIDs are those
of section 3.2.2, table 3. Paths are those of the guide's reference instance, appendix I (D).

These rules know nothing of the writer. One of them is looser than the guide and says so: E.i.2.1b
has to be a MedDRA code there; here a message may say that there is none (docs/adr/0051).
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

ICH: Final = "2.16.840.1.113883.3.989.2.1"
OBSERVED: Final = f"{ICH}.1.19"
CHARACTERISTIC: Final = f"{ICH}.1.23"
RELATED: Final = f"{ICH}.1.22"
COUNTRY: Final = "1.0.3166.1.2.2"
MEDDRA: Final = "2.16.840.1.113883.6.163"
INTERACTION: Final = "2.16.840.1.113883.1.6"

MESSAGE: Final = "PORR_IN049016UV"
ACT: Final = f"{MESSAGE}/controlActProcess"
EVENT: Final = f"{ACT}/subject/investigationEvent"
ASSESSED: Final = f"{EVENT}/component/adverseEventAssessment"
ROLE: Final = f"{ASSESSED}/subject1/primaryRole"
PLAYER: Final = f"{ROLE}/player1"
STUDY: Final = f"{ROLE}/subjectOf1/researchStudy"
NOTED: Final = f"{ROLE}/subjectOf2/observation"
REACTION: Final = f"{NOTED}[code=29]"
EFFECT: Final = f"{REACTION}/outboundRelationship2/observation"
DRUG: Final = f"{ROLE}/subjectOf2/organizer[code=4]/component/substanceAdministration"
CAUSE: Final = f"{ASSESSED}/component/causalityAssessment"
FACT: Final = f"{EVENT}/component/observationEvent"
INVESTIGATION: Final = f"{EVENT}/outboundRelationship/relatedInvestigation"
AUTHOR: Final = "subjectOf2/controlActEvent/author/assignedEntity"
SENDER: Final = f"{EVENT}/subjectOf1/controlActEvent/author/assignedEntity"
TRAIT: Final = f"{EVENT}/subjectOf2/investigationCharacteristic"
REPORTER: Final = f"{INVESTIGATION}[code=2]/{AUTHOR}/assignedPerson"


class Type(Enum):
    """The data types of the guide, section 3.3.5 and appendix II."""

    TEXT = "AN"
    NUMBER = "N"
    BOOLEAN = "boolean"
    MOMENT = "CCYYMMDDhhmmss with zone"
    DAY = "CCYYMMDD or closer"
    DATE = "CCYY or closer"
    COUNTRY = "2A"
    LANGUAGE = "3A"
    ID = "UUID"


@dataclass(frozen=True, slots=True)
class Rule:
    """One element.

    `path` leads to the XML elements that hold it, from the root: `[code=29]` asks for a child
    `code` with that code, `[root]` for the attribute `root` with the OID. `holds` is the attribute
    that has the value, "" the text. `oid` is that of the code list or of the number's namespace.
    `required` says that each of its parents has it. `codes` are the values allowed, all where
    there are none. `nulls` are the nullFlavors that may stand for a value.
    """

    number: str
    name: str
    path: str
    holds: str
    type: Type = Type.TEXT
    longest: int | None = None
    oid: str | None = None
    codes: frozenset[str] = frozenset()
    nulls: frozenset[str] = frozenset()
    required: bool = True
    coded: str | None = field(default=None)
    """The xsi:type of the element, where it is a `value`."""


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _serious(number: str, name: str, code: str) -> Rule:
    """E.i.3.2a to f: true, or nothing known; false is no value of theirs."""
    return Rule(
        number,
        name,
        f"{EFFECT}[code={code}]/value",
        "value",
        Type.BOOLEAN,
        codes=_codes("true"),
        nulls=_codes("NI"),
        coded="BL",
    )


# fmt: off
RULES: Final = (
    Rule("N.1.1", "Types of message in batch", "name", "code", Type.NUMBER, 2, f"{ICH}.1.1",
         _codes("1")),
    Rule("N.1.2", "Batch number", "id[root]", "extension", longest=100, oid=f"{ICH}.3.22"),
    Rule("N.1.3", "Batch sender", "sender/device/id[root]", "extension", longest=60,
         oid=f"{ICH}.3.13"),
    Rule("N.1.4", "Batch receiver", "receiver/device/id[root]", "extension", longest=60,
         oid=f"{ICH}.3.14"),
    Rule("N.1.5", "Date of batch transmission", "creationTime", "value", Type.MOMENT),
    Rule("N.2.r.1", "Message identifier", f"{MESSAGE}/id[root]", "extension", longest=100,
         oid=f"{ICH}.3.1"),
    Rule("N.2.r.2", "Message sender", f"{MESSAGE}/sender/device/id[root]", "extension",
         longest=60, oid=f"{ICH}.3.11"),
    Rule("N.2.r.3", "Message receiver", f"{MESSAGE}/receiver/device/id[root]", "extension",
         longest=60, oid=f"{ICH}.3.12"),
    Rule("N.2.r.4", "Date of message creation", f"{MESSAGE}/creationTime", "value", Type.MOMENT),
    Rule("C.1.1", "Sender's safety report identifier", f"{EVENT}/id[root]", "extension",
         longest=100, oid=f"{ICH}.3.1"),
    Rule("C.1.2", "Date of creation", f"{ACT}/effectiveTime", "value", Type.MOMENT),
    Rule("C.1.3", "Type of report", f"{TRAIT}[code=1]/value", "code", Type.NUMBER, 1,
         f"{ICH}.1.2", _codes("1", "2", "3", "4"), coded="CE"),
    Rule("C.1.4", "Date first received", f"{EVENT}/effectiveTime/low", "value", Type.DAY),
    Rule("C.1.5", "Date of most recent information", f"{EVENT}/availabilityTime", "value",
         Type.DAY),
    Rule("C.1.6.1", "Additional documents available", f"{FACT}[code=1]/value", "value",
         Type.BOOLEAN, codes=_codes("true", "false"), coded="BL"),
    Rule("C.1.7", "Local criteria for an expedited report", f"{FACT}[code=23]/value", "value",
         Type.BOOLEAN, codes=_codes("true", "false"), coded="BL"),
    Rule("C.1.8.1", "Worldwide unique case identification", f"{EVENT}/id[root]", "extension",
         longest=100, oid=f"{ICH}.3.2"),
    Rule("C.1.8.2", "First sender of this case", f"{INVESTIGATION}[code=1]/{AUTHOR}/code",
         "code", Type.NUMBER, 1, f"{ICH}.1.3", _codes("1", "2")),
    Rule("C.1.9.1", "Other case identifiers", f"{TRAIT}[code=2]/value", "value", Type.BOOLEAN,
         codes=_codes("true"), nulls=_codes("NI"), coded="BL"),
    Rule("C.1.11.1", "Nullification or amendment", f"{TRAIT}[code=3]/value", "code",
         Type.NUMBER, 1, f"{ICH}.1.5", _codes("1", "2"), required=False, coded="CE"),
    Rule("C.1.11.2", "Reason of it", f"{TRAIT}[code=4]/value/originalText", "", longest=2000,
         required=False),
    Rule("C.2.r.1.2", "Reporter's given name", f"{REPORTER}/name/given", "", longest=60,
         nulls=_codes("MSK", "ASKU", "NASK"), required=False),
    Rule("C.2.r.1.4", "Reporter's family name", f"{REPORTER}/name/family", "", longest=60,
         nulls=_codes("MSK", "ASKU", "NASK"), required=False),
    Rule("C.2.r.3", "Reporter's country", f"{REPORTER}/asLocatedEntity/location/code", "code",
         Type.COUNTRY, 2, COUNTRY),
    Rule("C.2.r.4", "Qualification", f"{REPORTER}/asQualifiedEntity/code", "code", Type.NUMBER,
         1, f"{ICH}.1.6", _codes("1", "2", "3", "4", "5"), _codes("UNK")),
    Rule("C.2.r.5", "Primary source for regulatory purposes",
         f"{EVENT}/outboundRelationship/priorityNumber", "value", Type.NUMBER, 1,
         codes=_codes("1")),
    Rule("C.3.1", "Sender type", f"{SENDER}/code", "code", Type.NUMBER, 1, f"{ICH}.1.7",
         _codes("1", "2", "3", "4", "5", "6", "7")),
    Rule("C.3.2", "Sender's organisation",
         f"{SENDER}/representedOrganization/assignedEntity/representedOrganization/name", "",
         longest=100),
    Rule("C.5.2", "Study name", f"{STUDY}/title", "", longest=2000, nulls=_codes("ASKU",
         "NASK"), required=False),
    Rule("C.5.3", "Sponsor study number", f"{STUDY}/id[root]", "extension", longest=50,
         oid=f"{ICH}.3.5", nulls=_codes("ASKU", "NASK"), required=False),
    Rule("C.5.4", "Study type", f"{STUDY}/code", "code", Type.NUMBER, 1, f"{ICH}.1.8",
         _codes("1", "2", "3"), required=False),
    Rule("D.1", "Patient", f"{PLAYER}/name", "", longest=60, nulls=_codes("MSK", "ASKU", "NASK",
         "UNK")),
    Rule("D.2.2a", "Age at onset (number)", f"{NOTED}[code=3]/value", "value", Type.NUMBER, 5,
         required=False, coded="PQ"),
    Rule("D.2.2b", "Age at onset (unit)", f"{NOTED}[code=3]/value", "unit",
         codes=_codes("{decade}", "a", "mo", "wk", "d", "h"), required=False, coded="PQ"),
    Rule("D.5", "Sex", f"{PLAYER}/administrativeGenderCode", "code", Type.NUMBER, 1, "1.0.5218",
         _codes("1", "2"), _codes("MSK", "UNK", "ASKU", "NASK"), required=False),
    Rule("E.i", "Internal number of the reaction", f"{REACTION}/id", "root", Type.ID),
    Rule("E.i.1.1a", "Reaction as reported", f"{REACTION}/value/originalText", "", longest=250),
    Rule("E.i.1.1b", "Language of it", f"{REACTION}/value/originalText", "language",
         Type.LANGUAGE, 3),
    Rule("E.i.2.1b", "Reaction (MedDRA code)", f"{REACTION}/value", "code", Type.NUMBER, 8,
         MEDDRA, nulls=_codes("NI"), coded="CE"),
    _serious("E.i.3.2a", "Results in death", "34"),
    _serious("E.i.3.2b", "Life threatening", "21"),
    _serious("E.i.3.2c", "Caused or prolonged hospitalisation", "33"),
    _serious("E.i.3.2d", "Disabling or incapacitating", "35"),
    _serious("E.i.3.2e", "Congenital anomaly or birth defect", "12"),
    _serious("E.i.3.2f", "Other medically important condition", "26"),
    Rule("E.i.4", "Start of the reaction", f"{REACTION}/effectiveTime/low", "value", Type.DATE,
         nulls=_codes("MSK", "ASKU", "NASK"), required=False),
    Rule("E.i.7", "Outcome", f"{EFFECT}[code=27]/value", "code", Type.NUMBER, 1, f"{ICH}.1.11",
         _codes("0", "1", "2", "3", "4", "5"), coded="CE"),
    Rule("E.i.9", "Country of the reaction",
         f"{REACTION}/location/locatedEntity/locatedPlace/code", "code", Type.COUNTRY, 2,
         COUNTRY, required=False),
    Rule("G.k", "Internal number of the product", f"{DRUG}/id", "root", Type.ID),
    Rule("G.k.1", "Role of the product", f"{CAUSE}[code=20]/value", "code", Type.NUMBER, 1,
         f"{ICH}.1.13", _codes("1", "2", "3", "4"), coded="CE"),
    Rule("G.k.2.2", "Product as reported",
         f"{DRUG}/consumable/instanceOfKind/kindOfProduct/name", "", longest=250),
    Rule("G.k.9.i.2.r.1", "Source of assessment",
         f"{CAUSE}[code=39]/author/assignedEntity/code/originalText", "", longest=60,
         required=False),
    Rule("G.k.9.i.2.r.3", "Result of assessment", f"{CAUSE}[code=39]/value", "", longest=60,
         required=False, coded="ST"),
    Rule("H.1", "Case narrative", f"{EVENT}/text", "", longest=100000),
)
# fmt: on

# What the message itself must say of itself: path, attribute, value. Appendix I (D) and (G).
FIXED: Final = (
    ("interactionId", "extension", "MCCI_IN200100UV01"),
    ("interactionId", "root", INTERACTION),
    (f"{MESSAGE}/interactionId", "extension", MESSAGE),
    (f"{MESSAGE}/interactionId", "root", INTERACTION),
    (f"{ACT}/code", "code", "PORR_TE049016UV"),
    (f"{ACT}/code", "codeSystem", "2.16.840.1.113883.1.18"),
    (f"{EVENT}/code", "code", "PAT_ADV_EVNT"),
    (f"{EVENT}/code", "codeSystem", "2.16.840.1.113883.5.4"),
)
# Codes that say what another element is about, and the lists they are of: path, OID.
LISTS: Final = (
    (f"{TRAIT}/code", CHARACTERISTIC),
    (f"{INVESTIGATION}/code", RELATED),
    (f"{FACT}/code", OBSERVED),
    (f"{NOTED}/code", OBSERVED),
    (f"{EFFECT}/code", OBSERVED),
    (f"{CAUSE}/code", OBSERVED),
    (f"{ROLE}/subjectOf2/organizer/code", f"{ICH}.1.20"),
)
