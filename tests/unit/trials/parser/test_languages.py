"""French and English are equals: the same criterion gives the same rule."""

import pytest

from recruit.criteria.eligibility import CriterionKind, leaves
from recruit.criteria.nodes import Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

PAIRS: list[tuple[CriterionKind, str, str]] = [
    ("inclusion", "Age ≥ 18 years", "Âge ≥ 18 ans"),
    ("inclusion", "Aged 18 to 75 years", "Âgé de 18 à 75 ans"),
    ("inclusion", "18 years or older", "18 ans ou plus"),
    ("inclusion", "Over 18 years of age", "Âge supérieur à 18 ans"),
    ("inclusion", "Age between 40 and 80 years", "Âge compris entre 40 et 80 ans"),
    ("exclusion", "Age under 18 years", "Âge inférieur à 18 ans"),
    ("inclusion", "Male or female, 18 to 65 years", "Homme ou femme, 18 à 65 ans"),
    ("inclusion", "Type 2 diabetes", "Diabète de type 2"),
    ("inclusion", "Patients with asthma", "Patients atteints d'asthme"),
    ("inclusion", "HbA1c between 7 and 10 %", "HbA1c comprise entre 7 et 10 %"),
    ("inclusion", "HbA1c ≥ 7.5 %", "HbA1c supérieure ou égale à 7,5 %"),
    ("inclusion", "BMI less than 35 kg/m2", "IMC inférieur à 35 kg/m2"),
    ("inclusion", "Hemoglobin of at least 9 g/dL", "Hémoglobine d'au moins 9 g/dL"),
    ("inclusion", "Platelets ≥ 100 G/L", "Plaquettes ≥ 100 G/L"),
    ("inclusion", "ECOG 0-2", "ECOG 0-2"),
    ("inclusion", "ECOG performance status ≤ 1", "Score ECOG ≤ 1"),
    ("exclusion", "NYHA class III or IV", "Classe NYHA III ou IV"),
    ("exclusion", "AST or ALT > 3 x ULN", "ASAT ou ALAT > 3 x LSN"),
    ("inclusion", "AST/ALT ≤ 2.5 x ULN", "ASAT/ALAT ≤ 2,5 x LSN"),
    ("exclusion", "Creatinine clearance < 30 mL/min", "Clairance de la créatinine < 30 mL/min"),
    ("exclusion", "Pregnant or breastfeeding women", "Femmes enceintes ou allaitantes"),
    ("exclusion", "Pregnancy", "Grossesse"),
    ("exclusion", "Severe asthma", "Asthme sévère"),
    ("exclusion", "History of stroke", "Antécédents d'AVC"),
    ("exclusion", "Stroke within the last 6 months", "AVC dans les 6 derniers mois"),
    ("exclusion", "Allergy to penicillin", "Allergie à la pénicilline"),
    ("exclusion", "Allergy to ibuprofen", "Allergie à l'ibuprofène"),
    ("exclusion", "Treatment with metformin", "Traitement par metformine"),
    ("inclusion", "Treated with metformin", "Traité par metformine"),
    ("inclusion", "No insulin", "Pas d'insuline"),
    ("inclusion", "No history of stroke", "Absence d'antécédent d'AVC"),
    ("exclusion", "Epilepsy or schizophrenia", "Épilepsie ou schizophrénie"),
    ("exclusion", "Asthma, epilepsy and HIV infection", "Asthme, épilepsie et infection à VIH"),
    ("exclusion", "Family history of epilepsy", "Antécédents familiaux d'épilepsie"),
    ("inclusion", "Signed informed consent", "Consentement éclairé signé"),
    ("inclusion", "Asthma for at least 12 months", "Asthme depuis au moins 12 mois"),
    ("exclusion", "Active tuberculosis", "Tuberculose active"),
    ("exclusion", "Asthma unless mild", "Asthme sauf si léger"),
    ("exclusion", "Current smoker", "Fumeur actif"),
    ("inclusion", "Healthy volunteers", "Volontaires sains"),
    ("exclusion", "Blood pressure > 160/100 mmHg", "Pression artérielle > 160/100 mmHg"),
    ("inclusion", "Life expectancy of at least 3 months", "Espérance de vie d'au moins 3 mois"),
    ("inclusion", "Asthma with or without epilepsy", "Asthme avec ou sans épilepsie"),
    (
        "exclusion",
        "Participation in another clinical trial",
        "Participation à un autre essai clinique",
    ),
    (
        "inclusion",
        "Women of childbearing potential must use contraception",
        "Les femmes en âge de procréer doivent utiliser une contraception",
    ),
]


@pytest.mark.parametrize(("kind", "english", "french"), PAIRS, ids=[pair[1] for pair in PAIRS])
def test_the_same_criterion_gives_the_same_rule(
    kind: CriterionKind, english: str, french: str, lexicon: Lexicon
) -> None:
    one = parse_criterion(kind, english, lexicon, language="en")
    other = parse_criterion(kind, french, lexicon, language="fr")
    assert bare(one.rule) == bare(other.rule)


def test_most_of_the_pairs_are_read(lexicon: Lexicon) -> None:
    rules = [parse_criterion(kind, french, lexicon).rule for kind, _, french in PAIRS]
    read = [all(not isinstance(leaf, Unparsed) for leaf in leaves(rule)) for rule in rules]
    assert sum(read) > len(PAIRS) * 0.8
