"""A version of a report as an ICH E2B(R3) message: XML of HL7 v3 (ISO/HL7 27953-2:2011).

One batch (MCCI_IN200100UV01) with one message (PORR_IN049016UV) in it. Which element stands where,
and what may stand in it, is in e2b_rules.py with its source; what this service puts there is in
docs/adr/0051. MedDRA needs a licence that this service has none of: the reaction has the reporter's
words and says that there is no code (nullFlavor NI). Whoever passes the report on to an authority
codes it first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, register_namespace, tostring

from recruit.actions.safety.cases import Version
from recruit.actions.safety.e2b_codes import (
    CRITERIA,
    KINDS,
    LANGUAGES,
    OUTCOMES,
    QUALIFICATIONS,
    RELATED,
    ROLES,
    SEXES,
)
from recruit.actions.safety.e2b_xml import (
    HL7,
    TYPE,
    XSI,
    add,
    add_id,
    add_text,
    add_value,
    day,
    moment,
    observed,
    partial,
    short,
    tag,
    typed,
)
from recruit.actions.safety.report import Change, Report

ICH: Final = "2.16.840.1.113883.3.989.2.1"
OBSERVATION: Final = f"{ICH}.1.19"
INTERACTION: Final = "2.16.840.1.113883.1.6"
COUNTRY: Final = "1.0.3166.1.2.2"
MEDDRA: Final = "2.16.840.1.113883.6.163"
SPACE: Final = UUID(
    "6f2f4f60-2c4e-4b8e-9a43-0d6a2c1f7f51"
)  # in which reactions and products are named
LONGEST_PARTY: Final = 60
LONGEST_ORGANISATION: Final = 100
LONGEST_NAME: Final = 2000
LONGEST_NUMBER: Final = 50
LONGEST_NARRATIVE: Final = 100_000

SENDER_OTHER: Final = "6"
FIRST_SENDER_OTHER: Final = "2"
CLINICAL_TRIAL: Final = "1"
AMENDED: Final = "2"
WORDS: Final = "The reporter's words"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message needs besides the report.

    `company` is who sends, in capitals and digits, as part of numbers; `organisation` the name.
    `country` is that of the first version, for the number never changes.
    """

    case: int
    company: str
    organisation: str
    country: str
    received: datetime
    newest: datetime
    at: datetime

    @property
    def number(self) -> str:
        """The sender's number of the report (C.1.1): country, company, number."""
        return f"{self.country}-{self.company}-{self.case}"


def written(version: Version, envelope: Envelope) -> bytes:
    """The message in UTF-8."""
    register_namespace("", HL7)
    register_namespace("xsi", XSI)
    batch = Element(tag("MCCI_IN200100UV01"), {"ITSVersion": "XML_1.0"})
    add_id(batch, f"{envelope.number}-{version.number}", f"{ICH}.3.22")
    add(batch, "creationTime", value=moment(envelope.at))
    add(batch, "responseModeCode", code="D")
    add_id(batch, "MCCI_IN200100UV01", INTERACTION, "interactionId")
    add(batch, "name", code="1", codeSystem=f"{ICH}.1.1")
    message = add(batch, "PORR_IN049016UV")
    receiver = short(version.report.sponsor or "SPONSOR", LONGEST_PARTY)
    _message(message, version, envelope, receiver)
    _party(batch, "receiver", "RCV", receiver, f"{ICH}.3.14")
    _party(batch, "sender", "SND", envelope.company, f"{ICH}.3.13")
    whole: bytes = tostring(batch, encoding="UTF-8", xml_declaration=True)
    return whole


def company(name: str) -> str:
    """A name as it may stand in a number: capitals and digits, no dash (C.1.1)."""
    signs = "".join(sign for sign in name.upper() if sign.isascii() and sign.isalnum())
    return signs[:LONGEST_PARTY] or "RECRUIT"


def _message(message: Element, version: Version, envelope: Envelope, receiver: str) -> None:
    created = moment(version.at)
    add_id(message, envelope.number, f"{ICH}.3.1")
    add(message, "creationTime", value=created)
    add_id(message, "PORR_IN049016UV", INTERACTION, "interactionId")
    add(message, "processingCode", code="P")
    add(message, "processingModeCode", code="T")
    add(message, "acceptAckCode", code="AL")
    _party(message, "receiver", "RCV", receiver, f"{ICH}.3.12")
    _party(message, "sender", "SND", envelope.company, f"{ICH}.3.11")
    act = add(message, "controlActProcess", classCode="CACT", moodCode="EVN")
    add(act, "code", code="PORR_TE049016UV", codeSystem="2.16.840.1.113883.1.18")
    add(act, "effectiveTime", value=created)
    about = add(act, "subject", typeCode="SUBJ")
    event = add(about, "investigationEvent", classCode="INVSTG", moodCode="EVN")
    _event(event, version.report, envelope)


def _event(event: Element, report: Report, envelope: Envelope) -> None:
    add_id(event, envelope.number, f"{ICH}.3.1")
    add_id(event, envelope.number, f"{ICH}.3.2")
    add(event, "code", code="PAT_ADV_EVNT", codeSystem="2.16.840.1.113883.5.4")
    add_text(event, "text", narrative(report), LONGEST_NARRATIVE)
    add(event, "statusCode", code="active")
    add(add(event, "effectiveTime"), "low", value=day(envelope.received))
    add(event, "availabilityTime", value=day(envelope.newest))
    component = add(event, "component", typeCode="COMP")
    _assessment(component, report, envelope)
    _fact(event, "1", "false")  # C.1.6.1: everything that is there stands in the narrative
    _fact(event, "23", "true" if report.is_serious else "false")
    _first_sender(event)
    _source(event, report)
    _sender(event, envelope)
    _characteristic(event, "1", {"code": KINDS[report.kind], "codeSystem": f"{ICH}.1.2"}, "CE")
    _characteristic(event, "2", {"nullFlavor": "NI"}, "BL")
    if report.change is Change.AMENDMENT:
        _characteristic(event, "3", {"code": AMENDED, "codeSystem": f"{ICH}.1.5"}, "CE")
        why = _characteristic(event, "4", {}, "CE")
        add_text(why, "originalText", report.reason, LONGEST_NAME)


def narrative(report: Report) -> str:
    """H.1: what staff wrote, then each message of the reporter, whole but for what is marked out.

    Whoever exports it sees to it that it is no longer than LONGEST_NARRATIVE.
    """
    said = (f"{WORDS} ({at}): {each}" for at, each in enumerate(report.words, 1))
    changed = () if report.change is not Change.FOLLOW_UP else (report.reason,)
    parts = [report.narrative, *changed, *said]
    return "\n\n".join(part for part in parts if part) or report.event


def _assessment(component: Element, report: Report, envelope: Envelope) -> None:
    assessed = add(component, "adverseEventAssessment", classCode="INVSTG", moodCode="EVN")
    subject = add(assessed, "subject1", typeCode="SBJ")
    role = add(subject, "primaryRole", classCode="INVSBJ")
    _patient(role, report)
    if report.trial is not None:
        _study(role, report, report.trial)
    if report.age is not None:
        age = add(add(role, "subjectOf2", typeCode="SBJ"), "observation", **observed())
        add(age, "code", code="3", codeSystem=OBSERVATION)
        add_value(age, "PQ", value=str(report.age), unit="a")
    reaction, product = (_named(envelope, what) for what in ("reaction", "product"))
    _reaction(role, report, reaction)
    _product(role, report, product)
    cause = _causality(assessed, "20", product)
    cause.insert(1, typed("CE", code=ROLES[report.role], codeSystem=f"{ICH}.1.13"))
    if report.related in RELATED:
        _investigator(assessed, RELATED[report.related], reaction, product)


def _patient(role: Element, report: Report) -> None:
    player = add(role, "player1", classCode="PSN", determinerCode="INSTANCE")
    add_text(player, "name", report.patient, LONGEST_PARTY)
    sex = SEXES.get(report.sex)
    said = {"code": sex, "codeSystem": "1.0.5218"} if sex else {"nullFlavor": "UNK"}
    add(player, "administrativeGenderCode", **said)


def _study(role: Element, report: Report, trial: str) -> None:
    part = add(role, "subjectOf1", typeCode="SBJ")
    study = add(part, "researchStudy", classCode="CLNTRL", moodCode="EVN")
    add_id(study, short(trial, LONGEST_NUMBER), f"{ICH}.3.5")
    add(study, "code", code=CLINICAL_TRIAL, codeSystem=f"{ICH}.1.8")
    add_text(study, "title", report.study, LONGEST_NAME)


def _reaction(role: Element, report: Report, name: str) -> None:
    reaction = add(add(role, "subjectOf2", typeCode="SBJ"), "observation", **observed())
    add(reaction, "id", root=name)
    add(reaction, "code", code="29", codeSystem=OBSERVATION)
    if report.onset:
        time = add(reaction, "effectiveTime")
        time.set(TYPE, "IVL_TS")
        add(time, "low", value=partial(report.onset))
    value = add_value(reaction, "CE", nullFlavor="NI", codeSystem=MEDDRA)
    words = add_text(value, "originalText", report.event, 250)
    words.set("language", LANGUAGES[report.language])
    place = add(add(reaction, "location", typeCode="LOC"), "locatedEntity", classCode="LOCE")
    where = add(place, "locatedPlace", classCode="COUNTRY", determinerCode="INSTANCE")
    add(where, "code", code=report.country, codeSystem=COUNTRY)
    for criterion, code in CRITERIA.items():
        applies = {"value": "true"} if criterion in report.criteria else {"nullFlavor": "NI"}
        add_value(_related(reaction, code), "BL", **applies)
    outcome = {"code": OUTCOMES[report.outcome], "codeSystem": f"{ICH}.1.11"}
    add_value(_related(reaction, "27"), "CE", **outcome)


def _product(role: Element, report: Report, name: str) -> None:
    of = add(role, "subjectOf2", typeCode="SBJ")
    drugs = add(of, "organizer", classCode="CATEGORY", moodCode="EVN")
    add(drugs, "code", code="4", codeSystem=f"{ICH}.1.20")
    component = add(drugs, "component", typeCode="COMP")
    given = add(component, "substanceAdministration", classCode="SBADM", moodCode="EVN")
    add(given, "id", root=name)
    consumed = add(given, "consumable", typeCode="CSM")
    instance = add(consumed, "instanceOfKind", classCode="INST")
    kind = add(instance, "kindOfProduct", classCode="MMAT", determinerCode="KIND")
    add_text(kind, "name", report.product, 250)


def _causality(assessed: Element, code: str, product: str) -> Element:
    component = add(assessed, "component", typeCode="COMP")
    cause = add(component, "causalityAssessment", **observed())
    add(cause, "code", code=code, codeSystem=OBSERVATION)
    used = add(cause, "subject2", typeCode="SUBJ")
    add(add(used, "productUseReference", classCode="SBADM", moodCode="EVN"), "id", root=product)
    return cause


def _investigator(assessed: Element, said: str, reaction: str, product: str) -> None:
    """G.k.9.i.2.r: what an investigator said of the cause; nobody else's opinion is passed on."""
    cause = _causality(assessed, "39", product)
    value = typed("ST")
    value.text = said
    author = Element(tag("author"), {"typeCode": "AUT"})
    code = add(add(author, "assignedEntity", classCode="ASSIGNED"), "code")
    add_text(code, "originalText", "Investigator", LONGEST_PARTY)
    about = Element(tag("subject1"), {"typeCode": "SUBJ"})
    add(add(about, "adverseEffectReference", **observed()), "id", root=reaction)
    for place, each in enumerate((value, author, about), 1):
        cause.insert(place, each)


def _fact(event: Element, code: str, value: str) -> None:
    component = add(event, "component", typeCode="COMP")
    fact = add(component, "observationEvent", **observed())
    add(fact, "code", code=code, codeSystem=OBSERVATION)
    add_value(fact, "BL", value=value)


def _first_sender(event: Element) -> None:
    entity = _author(_investigation(event, "1"))
    add(entity, "code", code=FIRST_SENDER_OTHER, codeSystem=f"{ICH}.1.3")


def _source(event: Element, report: Report) -> None:
    """The reporter: who they are is known to us and not passed on (nullFlavor MSK)."""
    related = _investigation(event, "2", primary=True)
    person = add(_author(related), "assignedPerson", classCode="PSN", determinerCode="INSTANCE")
    name = add(person, "name")
    add(name, "given", nullFlavor="MSK")
    add(name, "family", nullFlavor="MSK")
    qualified = add(person, "asQualifiedEntity", classCode="QUAL")
    add(qualified, "code", code=QUALIFICATIONS[report.source], codeSystem=f"{ICH}.1.6")
    located = add(person, "asLocatedEntity", classCode="LOCE")
    where = add(located, "location", classCode="COUNTRY", determinerCode="INSTANCE")
    add(where, "code", code=report.country, codeSystem=COUNTRY)


def _sender(event: Element, envelope: Envelope) -> None:
    part = add(event, "subjectOf1", typeCode="SUBJ")
    entity = _author(part)
    add(entity, "code", code=SENDER_OTHER, codeSystem=f"{ICH}.1.7")
    outer = {"classCode": "ORG", "determinerCode": "INSTANCE"}
    department = add(entity, "representedOrganization", **outer)
    inner = add(department, "assignedEntity", classCode="ASSIGNED")
    name = short(envelope.organisation, LONGEST_ORGANISATION)
    add_text(add(inner, "representedOrganization", **outer), "name", name, LONGEST_ORGANISATION)


def _investigation(event: Element, code: str, *, primary: bool = False) -> Element:
    outbound = add(event, "outboundRelationship", typeCode="SPRT")
    if primary:
        add(outbound, "priorityNumber", value="1")
    related = add(outbound, "relatedInvestigation", classCode="INVSTG", moodCode="EVN")
    add(related, "code", code=code, codeSystem=f"{ICH}.1.22")
    return add(related, "subjectOf2", typeCode="SUBJ")


def _author(parent: Element) -> Element:
    act = add(parent, "controlActEvent", classCode="CACT", moodCode="EVN")
    return add(add(act, "author", typeCode="AUT"), "assignedEntity", classCode="ASSIGNED")


def _characteristic(event: Element, code: str, said: dict[str, str], kind: str) -> Element:
    part = add(event, "subjectOf2", typeCode="SUBJ")
    made = add(part, "investigationCharacteristic", **observed())
    add(made, "code", code=code, codeSystem=f"{ICH}.1.23")
    return add_value(made, kind, **said)


def _related(reaction: Element, code: str) -> Element:
    outbound = add(reaction, "outboundRelationship2", typeCode="PERT")
    seen = add(outbound, "observation", **observed())
    add(seen, "code", code=code, codeSystem=OBSERVATION)
    return seen


def _party(parent: Element, tag: str, kind: str, name: str, root: str) -> None:
    party = add(parent, tag, typeCode=kind)
    add_id(add(party, "device", classCode="DEV", determinerCode="INSTANCE"), name, root)


def _named(envelope: Envelope, what: str) -> str:
    """What the message calls its reaction or its product: the same in every version."""
    return str(uuid5(SPACE, f"{envelope.number}/{what}"))
