"""What a sample person has, takes and was measured: facts of the person exchange format."""

from collections.abc import Iterable, Iterator
from typing import Final

from recruit.demo.cohorts import Result, Treatment
from recruit.demo.life import Life, Telling

Fact = dict[str, object]

# What a thorough check-up measures. Means and spreads are those of adults, roughly.
CHECK_UP: Final = (
    Result("BMI", "kg/m2", 25.5, 3.2, 17, 42, 1, fr="IMC"),
    Result("weight", "kg", 74, 11, 42, 130, 0, fr="poids"),
    Result("haemoglobin", "g/dL", 13.4, 1.1, 7.5, 17, 1, fr="hémoglobine"),
    Result("platelets", "10*9/L", 250, 50, 60, 480, 0, fr="plaquettes"),
    Result("neutrophils", "10*9/L", 4.2, 1.0, 0.8, 9, 1, fr="polynucléaires neutrophiles"),
    Result("lymphocytes", "10*9/L", 1.9, 0.4, 0.5, 4, 1, fr="lymphocytes"),
    Result("ALT", "U/L", 27, 9, 8, 140, 0, fr="ALAT", uln=40),
    Result("AST", "U/L", 25, 8, 8, 130, 0, fr="ASAT", uln=40),
    Result("total bilirubin", "mg/dL", 0.7, 0.2, 0.2, 2.6, 1, fr="bilirubine totale", uln=1.2),
    Result("potassium", "mmol/L", 4.3, 0.3, 3.1, 5.9, 1),
    Result("sodium", "mmol/L", 140, 2.2, 128, 148, 0),
)


def facts(life: Life) -> Iterator[Fact]:
    """All that this person tells, surest first."""
    yield from _diseases(life)
    if life.telling is not Telling.LITTLE:
        yield from _treatments(life)
        yield from _findings(life)
        yield from _results(life)


def _diseases(life: Life) -> Iterator[Fact]:
    group = life.cohort
    if group.en and group.fr and group.code:
        fact: Fact = {
            "kind": "condition",
            "text": life.say(group.en, group.fr),
            "status": "present",
        }
        if life.chance(0.6):
            fact["code"] = group.code
        if life.telling is not Telling.LITTLE or life.chance(0.5):
            fact["onset"] = life.month(group.years[0] * 12 + 1, group.years[1] * 12 + 1)
        yield fact
    for disease in group.also:
        if life.chance(disease.share) and life.telling is not Telling.LITTLE:
            named = {"text": life.say(disease.en, disease.fr)}
            coded = {"code": disease.code} if disease.code else {}
            yield {
                "kind": "condition",
                **named,
                **coded,
                "status": "past" if disease.past else "present",
                "onset": life.month(14, 120),
            }


def _treatments(life: Life) -> Iterator[Fact]:
    group = life.cohort
    for drug in _had(life, group.drugs):
        fact: Fact = {"kind": "drug", "text": life.say(drug.en, drug.fr)}
        fact |= {"status": "past" if drug.stopped else "present", "onset": life.month(*drug.months)}
        yield fact | ({"end": life.month(1, drug.months[0])} if drug.stopped else {})
    for procedure in _had(life, group.procedures):
        done = life.month(*procedure.months)
        text = life.say(procedure.en, procedure.fr)
        yield {"kind": "procedure", "text": text, "status": "present", "date": done}
    for device in _had(life, group.devices):
        yield {"kind": "device", "text": life.say(device.en, device.fr), "status": "present"}
    if life.chance(group.vaccines):
        text = life.say("influenza vaccine", "vaccin antigrippal")
        yield {"kind": "drug", "text": text, "status": "past", "end": life.day(240)}
    if life.chance(0.05):
        text = life.say("penicillin", "pénicilline")
        yield {"kind": "allergy", "text": text, "status": "present"}


def _had(life: Life, treatments: Iterable[Treatment]) -> list[Treatment]:
    return [treatment for treatment in treatments if life.chance(treatment.share)]


def _findings(life: Life) -> Iterator[Fact]:
    for finding in life.cohort.biomarkers:
        if life.chance(finding.share):
            yield {
                "kind": "biomarker",
                "text": finding.text,
                "value": finding.value,
                "status": "present",
            }
            return


def _results(life: Life) -> Iterator[Fact]:
    group = life.cohort
    own = group.measures
    known = [*own, Result("eGFR", "mL/min/{1.73_m2}", *group.egfr, 12, 120, 0, fr="DFG estimé")]
    known.append(
        Result(
            "systolic blood pressure",
            "mm[Hg]",
            *group.systolic,
            85,
            200,
            0,
            fr="pression artérielle systolique",
        )
    )
    if life.telling is Telling.EVERYTHING:
        names = {result.text for result in own}
        known += [result for result in CHECK_UP if result.text not in names]
    for result in known:
        if life.telling is Telling.EVERYTHING or life.chance(0.6):
            yield _result(life, result)


def _result(life: Life, result: Result) -> Fact:
    drawn = life.dice.gauss(result.mean, result.sd)
    value = round(min(max(drawn, result.low), result.high), result.digits)
    fact: Fact = {
        "kind": "measure",
        "text": result.name(life.language),
        "value": value if result.digits else int(value),
        "date": life.day(60 if life.telling is Telling.EVERYTHING else 400),
    }
    fact |= {"unit": result.unit} if result.unit else {}
    return fact | ({"uln": result.uln} if result.uln and life.chance(0.7) else {})
