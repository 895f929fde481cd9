"""Words that change what a criterion says, in a way that was not read, by class.

Each is searched in the text of a criterion in small letters (without regard to case, a search takes
several times as long); `doubts.py` says of which rules it counts.
"""

import re
from typing import Final

ANY_WORDS: Final = re.compile("")
# What is asked of women, apart from "pregnant women" who are asked for.
ASKED_OF_WOMEN: Final = re.compile(
    r"\b(?:must|should|shall|agree\w*|if|willing|tests?|contracepti\w+|birth\scontrol|not|may"
    r"|doi(?:t|vent)|si|accept\w*|pas)\b"
)


def _any_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


ALTERNATIVES: Final = _any_of(
    r"\b(?:one|1|any|two|2|three|3)\s(?:\(\d\)\s)?(?:or\smore\s)?of\b",
    r"\b(?:one|any|some)\sor\smore\b",
    r"\b(?:either|soit|and/or|et/ou|just\sone)\b|\b(?:or|ou)\s[-–•*]\s",
    r"\bat\sleast\s(?:one|1|two|2)\s(?:\w+\s)?(?:criteri\w+|signs?|symptoms?|features?|factors?)\b",
    r"\bau\smoins\s(?:une?|deux|[12])\s(?:critères?|signes?|symptômes?|facteurs?)\b",
    r"\bdefined\sby\sany\b",
    r"\bau\smoins\s(?:une?|deux|trois|[123])\s(?:des|de\sces|parmi)\b",
    r"\bl['’]une?\sdes\b",
    r"\b(?:or|ou)\W*$",
)
# For a part of the people, or of the study.
PART: Final = _any_of(
    r"\b(?:arms?|cohorts?|controls?|sub-?stud(?:y|ies)|sub-?groups?|survivors?|close\scontacts?)\b",
    r"\b(?:donors?|siblings?|exceptions?|(?:part|group)\s[a-d1-4])\b",
    r"\b(?:bras|cohortes?|témoins?|sous-(?:étude|groupe)s?|donneurs?|(?:partie|groupe)\s[a-d1-4])\b",
    r"\bfor\s(?:\w+\s){1,3}only\b|\bpour\s(?:\w+\s){1,4}(?:uniquement|seulement)\b",
)
# "Aged 65 to 70:" and "patients ages 50 to 65 must" say of whom the rest is asked.
AGE_FIRST: Final = re.compile(
    r"\A\W*(?:(?:performance\sstatus|patients?|subjects?|participants?|those|men|women|hommes"
    r"|femmes|sujets?):?\W*)?(?:(?:of\s)?age[sd]?|âgée?s?)\b[^.;:]{0,40}"
    r"(?::|\b(?:must|should|need|have\sto|doivent)\b)"
)
# How oxygen saturation was taken; a value on record does not say it.
TAKEN_SO: Final = _any_of(
    r"\b(?:room|ambient|atmospheric)\sair\b",
    r"\bair\sambiant\b|\bsous\soxygène\b",
    r"\boxygen\s(?:therapy|support|supplement\w*|rate)\b|\bsupplemental\soxygen\b",
    r"\bnasal\scannula\b|\bfio2\b|\bo2\b|\bl(?:iters?|itres?)?/min(?:ute)?\b",
)
CHANGE: Final = _any_of(
    r"\b(?:increase|decrease|change|improvement|worsening|reduction|drop|rise|augmentation"
    r"|diminution|modification|amélioration|aggravation)s?\b"
)
# Of a child or partner, or only in a case that need not be: "in the absence of fever".
OF_OTHERS: Final = _any_of(
    r"\b(?:have|has|having|parents?\sof|mothers?\sof|caring\sfor|caregivers?\sof)\s(?:an?\s)?"
    r"(?:child|children|son|daughter|infant|baby)\b",
    r"\b(?:parents?|mère|père)\sd['’]une?\senfant\b",
)
IN_CASE: Final = _any_of(r"\bin\sthe\sabsence\sof\b", r"\ben\sl['’]absence\sd")
FORMULA: Final = _any_of(
    r"\b(?:cockcroft|calculated\s(?:by|as|using)|formula|equation|formule|équation)\b"
)
NOW: Final = _any_of(
    r"\b(?:ongoing|current(?:ly)?|presently|en\scours|actuel\w*)\b",
    r"\bat\s(?:the\stime\sof\s)?(?:screening|enrol\w+|inclusion|randomi[sz]ation)\b",
    r"\bon\s(?:invasive|mechanical)\b",
)
# "Severe disease such as asthma": whether asthma alone is meant is not said.
SEVERE_SUCH_AS: Final = _any_of(
    r"\b(?:severe|serious|significant|relevant|uncontrolled|unstable|major|active|sévères?|graves?)\b"
    r"[^.;]{0,120}\b(?:such\sas|e\.?g\.?|including|like|tel(?:le)?s?\sque)\b"
)
# "Severe, acute or chronic illness": the adjective narrows the disease behind the comma too.
ADJECTIVES: Final = _any_of(
    r"\b(?:severe|serious|significant|major|relevant|uncontrolled|unstable|sévères?|graves?)"
    r"(?:,|\s(?:and|or|and/or|et|ou|et/ou))\s"
)
# A reason that is cut off before its end, or begins in the middle: its other half is not known.
CUT_OFF: Final = _any_of(r"\b(?:and|with|who|whose|et|avec|qui|dont)\W*$")
MIDDLE: Final = _any_of(r"\A\W*(?:on|of|for|to|by|from|than|pour|par)\s")
# Of other people, or only of some of those who take part.
SOME_PEOPLE: Final = _any_of(
    r"\b(?:close\scontacts?|controls|control\s(?:arm|group|subjects?)|donors?|siblings?)\b",
    r"\b(?:(?:arm|cohort|part|group|bras|cohorte|partie|groupe)\s[a-d1-4]|témoins|donneurs?)\b",
)
CARERS: Final = _any_of(
    r"(?<!\bby\s)\b(?:health|health-?\s?care|hospital|medical|nursing)\s(?:workers?|staff|personnel)\b",
    r"\A\W*(?:\w+\s)?(?:health-?\s?care\s(?:professional|provider)s|nurses|physicians|doctors)\b",
    r"\bsoignants?\b|\bpersonnels?\s(?:soignants?|hospitaliers?|médica(?:l|ux)|de\ssanté)\b",
)
TOGETHER: Final = _any_of(
    r"\b(?:as|in)\scombination\b|\bcombination\stherap(?:y|ies)\b|\bcombined\b",
    r"\ben\s(?:association|combinaison)\b|\bassocié",
)
# "0.7 or better" may be decimal, of which more is better, or logMAR, of which less is.
BARE_ACUITY: Final = _any_of(r"\A(?!.*(?:logmar|snellen|d[ée]cimal|\d/\d)).*\b[012][.,]\d")
