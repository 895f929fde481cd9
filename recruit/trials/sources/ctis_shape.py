"""What is read of a trial of the EU register, field by field."""

from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field

from recruit.trials.sources.shape import Many, Shape, Text, Words


def _as_text(value: object) -> object:
    # Codes come as numbers in one year and as text in the next.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Code = Annotated[Text | None, BeforeValidator(_as_text)]


class Translated(Shape):
    """A text in another language."""

    attribute_translation: Words = ""
    language_description: Words = ""


class Criterion(Shape):
    """One criterion; the fields are named for the list it is in."""

    number: int | None = None
    text: Words = Field(
        "",
        validation_alias=AliasChoices("principalInclusionCriteria", "principalExclusionCriteria"),
    )
    translations: Many[Translated] = Field(
        (),
        validation_alias=AliasChoices(
            "principalInclusionCriteriaTranslations", "principalExclusionCriteriaTranslations"
        ),
    )


class Criteria(Shape):
    """Both lists; their order is that of the numbers, not of the list."""

    inclusion: Many[Criterion] = Field((), alias="principalInclusionCriteria")
    exclusion: Many[Criterion] = Field((), alias="principalExclusionCriteria")


class Category(Shape):
    """The phase, by its code."""

    trial_phase: Code = None


class Condition(Shape):
    """A disease in the sponsor's words."""

    medical_condition: Words = ""


class Term(Shape):
    """A disease in MedDRA's words."""

    term_name: Words = ""


class Conditions(Shape):
    """What the trial is about."""

    conditions: Many[Condition] = Field((), alias="partIMedicalConditions")
    meddra_condition_terms: Many[Term] = ()


class Objective(Shape):
    """What the trial wants to find out."""

    main_objective: Words = ""
    main_objective_translations: Many[Translated] = ()


class Duration(Shape):
    """Planned dates."""

    estimated_recruitment_start_date: Text | None = None
    estimated_end_date: Text | None = None


class AgeRange(Shape):
    """An age group, by its code; the field was renamed in June 2024."""

    age_range_category: Code = None
    age_range_category_code: Code = None


class Group(Shape):
    """Patients, or healthy volunteers."""

    name: Words = ""


class Population(Shape):
    """Who takes part."""

    age_ranges: Many[AgeRange] = ()
    clinical_trial_groups: Many[Group] = ()
    is_female_subjects: bool | None = None
    is_male_subjects: bool | None = None


class Information(Shape):
    """The protocol in short."""

    trial_category: Category = Category()
    medical_condition: Conditions = Conditions()
    trial_objective: Objective = Objective()
    eligibility_criteria: Criteria = Criteria()
    trial_duration: Duration = Duration()
    population_of_trial_subjects: Population = Population()


class RegistryNumber(Shape):
    """The number in another register."""

    number: Words = ""


class OtherNumbers(Shape):
    """The numbers in other registers."""

    nct_number: RegistryNumber | None = None
    isrctn_number: RegistryNumber | None = None
    who_universal_trial_number: RegistryNumber | None = None


class Identifiers(Shape):
    """Titles and numbers."""

    full_title: Words = ""
    full_title_translations: Many[Translated] = ()
    public_title: Words = ""
    public_title_translations: Many[Translated] = ()
    short_title: Words = ""
    secondary_identifying_numbers: OtherNumbers | None = None


class Details(Shape):
    """Titles and protocol."""

    clinical_trial_identifiers: Identifiers = Identifiers()
    trial_information: Information = Information()


class Organisation(Shape):
    """A sponsor or a hospital."""

    name: Words = ""


class PublicContact(Shape):
    """Whom the public may ask, by function."""

    functional_name: Words = ""
    functional_email_address: Words = ""
    telephone: Words = ""


class Sponsor(Shape):
    """One of the sponsors; one is the first."""

    primary: bool | None = None
    organisation: Organisation | None = None
    public_contacts: Many[PublicContact] = ()


class Dictionary(Shape):
    """A product as the medicines dictionary has it."""

    active_substance_name: Words = ""
    prod_name: Words = ""


class Product(Shape):
    """What is given."""

    product_name: Words = ""
    product_dictionary_info: Dictionary | None = None


class PartOne(Shape):
    """What holds in every country."""

    trial_details: Details = Details()
    sponsors: Many[Sponsor] = ()
    products: Many[Product] = ()
    row_subject_count: int | None = None


class Member(Shape):
    """Where the trial stands in one country."""

    has_recruitment_started: bool | None = None


class Address(Shape):
    """Where a hospital is."""

    one_line: Words = ""
    city: Words = ""
    postcode: Words = ""
    country_name: Text | None = None


class SiteAddress(Shape):
    """A hospital and its address."""

    organisation: Organisation = Organisation()
    address: Address = Address()
    phone: Words = ""
    email: Words = ""


class Site(Shape):
    """A hospital that takes part, and which of its departments does."""

    organisation_address_info: SiteAddress = SiteAddress()
    department_name: Words = ""


class PartTwo(Shape):
    """What holds in one country."""

    msc_info: Member = Member()
    recruitment_subject_count: int | None = None
    trial_sites: Many[Site] = ()


class EudraCt(Shape):
    """The number in the register before this one."""

    eudra_ct_code: Words = ""


class Application(Shape):
    """What was authorised. The register writes the Roman numerals of the parts in capitals."""

    part_one: PartOne = Field(alias="authorizedPartI")
    parts_two: Many[PartTwo] = Field((), alias="authorizedPartsII")
    eudra_ct: EudraCt | None = None


class Trial(Shape):
    """The answer's top, in both shapes."""

    ct_number: Text
    ct_status: Code = None
    ct_public_status_code: Code = None
    start_date: Text | None = Field(None, alias="startDateEU")
    end_date: Text | None = Field(None, alias="endDateEU")
