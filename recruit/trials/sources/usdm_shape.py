"""What is read of a study in USDM, CDISC's unified study definitions model, versions 3 and 4.

Version 3 keeps criteria with their text at the population or the study's version; version 4 keeps
them at the design, and their text among the version's items. One shape fits both.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from recruit.trials.sources.shape import Many, Shape, Text, Words, part


def _standard(value: object) -> object:
    """A code, whether it stands alone or as the standard one among its aliases."""
    return part(value, "standardCode") or value


def _number(value: object) -> object:
    """An amount, whether it stands alone or as the value of a quantity."""
    found = part(value, "value") if isinstance(value, dict) else value
    try:
        return float(found) if isinstance(found, str) else found
    except ValueError:
        return found


def _range(value: object) -> object:
    """From one amount to another, or one amount alone; the unit stands at any of them."""
    if not isinstance(value, dict):
        return value
    low, high = value.get("minValue"), value.get("maxValue")
    if low is None and high is None:
        low = high = value
    units = (part(each, "unit") for each in (low, high, value))
    unit = next((each for each in units if each is not None), None)
    word = part(_standard(unit), "decode")
    return {"low": _number(low), "high": _number(high), "unit": word}


class Code(Shape):
    """A word of a terminology: CDISC's C-codes, mostly."""

    code: Words = ""
    decode: Words = ""


Coded = Annotated[Code, BeforeValidator(_standard)]


class _Range(Shape):
    low: float | None = None
    high: float | None = None
    unit: Words = ""


Range = Annotated[_Range | None, BeforeValidator(_range)]


class Title(Shape):
    """One of the titles, and which one it is."""

    text: Words = ""
    type: Coded = Code()


class Address(Shape):
    """Where an organisation or a site is."""

    lines: Many[Text] = ()
    line: Words = ""
    city: Words = ""
    postal_code: Words = ""
    country: Coded | None = None


class Site(Shape):
    """A place that an organisation manages for the study."""

    name: Words = ""
    label: Words = ""
    country: Coded | None = None


class Organisation(Shape):
    """A sponsor, a registry, a hospital."""

    id: Words = ""
    name: Words = ""
    label: Words = ""
    type: Coded = Code()
    legal_address: Address | None = None
    managed_sites: Many[Site] = ()


class Identifier(Shape):
    """A number of the study, and whose it is: named (version 4) or there in whole (version 3)."""

    text: Words = ""
    study_identifier: Words = ""
    scope_id: Words = ""
    study_identifier_scope: Organisation | None = None


class Parameter(Shape):
    """What a tag within a text stands for, as a reference in markup."""

    tag: Words = ""
    reference: Words = ""


class Dictionary(Shape):
    """The tags of some texts."""

    id: Words = ""
    parameter_maps: Many[Parameter] = ()


class Criterion(Shape):
    """One criterion; its text is here (version 3) or in an item (version 4)."""

    id: Words = ""
    category: Coded = Code()
    identifier: Words = ""
    text: Words = ""
    criterion_item_id: Words = ""
    dictionary_id: Words = ""


class Item(Shape):
    """The text of a criterion."""

    id: Words = ""
    text: Words = ""
    dictionary_id: Words = ""


class Population(Shape):
    """Who takes part; criteria are here in version 3, named here in version 4."""

    includes_healthy_subjects: bool | None = None
    planned_sex: Many[Coded] = ()
    planned_age: Range = None
    planned_enrollment_number: Range = None
    planned_enrollment_number_range: Range = None
    planned_enrollment_number_quantity: Range = None
    criteria: Many[Criterion] = ()


class Indication(Shape):
    """A disease the study is about."""

    name: Words = ""
    label: Words = ""
    description: Words = ""
    codes: Many[Coded] = ()


class Intervention(Shape):
    """What is given."""

    name: Words = ""
    label: Words = ""


class Design(Shape):
    """How the study is done; the first one is read."""

    description: Words = ""
    study_phase: Coded | None = None
    population: Population = Population()
    indications: Many[Indication] = ()
    eligibility_criteria: Many[Criterion] = ()
    study_interventions: Many[Intervention] = ()
    dictionaries: Many[Dictionary] = ()


class Version(Shape):
    """One version of the study."""

    titles: Many[Title] = ()
    study_title: Words = ""
    rationale: Words = ""
    study_phase: Coded | None = None
    study_identifiers: Many[Identifier] = ()
    study_designs: Many[Design] = ()
    criteria: Many[Criterion] = ()
    eligibility_criterion_items: Many[Item] = ()
    organizations: Many[Organisation] = ()
    study_interventions: Many[Intervention] = ()
    dictionaries: Many[Dictionary] = ()


class Study(Shape):
    """The study and its versions, the newest first in practice and last by the model."""

    name: Words = ""
    label: Words = ""
    description: Words = ""
    versions: Many[Version] = Field(min_length=1)


class Document(Shape):
    """The file."""

    study: Study
