"""Writes the invented people beside the examples of docs/communities: the same ones every time.

`python -m tests.community_samples` writes them anew. Nobody in them exists: every choice is drawn
from a seed, and addresses are of example.org.
"""

import csv
import io
import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

FOLDER: Final = Path("docs/communities")
PEOPLE: Final = 60
SEED: Final = 20_261_122
AGREED: Final = "2026-09-14T08:30:00+00:00"
VERSION: Final = "2026-09"
POSTCODES: Final = ("75012", "69003", "13005", "31000", "59000", "67000")


def samples() -> dict[str, str]:
    """The content of each file by its name."""
    made = {"survey.csv": _table([_survey(Random(f"{SEED} survey {n}"), n) for n in _numbers()])}  # noqa: S311 - nothing is kept secret by it
    kinds: Mapping[str, Callable[[Random, int], dict[str, Any]]] = {
        "chronic-illness": _chronic,
        "cancer": _cancer,
        "in-hospital": _in_hospital,
        "breast-cancer": _breast,
    }
    for name, make in kinds.items():
        people = [make(Random(f"{SEED} {name} {n}"), n) for n in _numbers()]  # noqa: S311 - the same
        lines = (json.dumps(person, ensure_ascii=False) for person in people)
        made[f"{name}.jsonl"] = "".join(f"{line}\n" for line in lines)
    return made


def notice(name: str, language: str) -> str:
    """The SHA-256 of the notice that the example agrees on."""
    agreed = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["notices"]
    return next(str(each["sha256"]) for each in agreed if each["language"] == language)


def _chronic(chance: Random, number: int) -> dict[str, Any]:
    """Most have rheumatoid arthritis; scores and treatments follow one another."""
    ill = chance.choices(["rheumatoid arthritis", "multiple sclerosis"], [3, 1])[0]
    score, low, high = ("DAS28", 2.0, 6.5) if ill == "rheumatoid arthritis" else ("EDSS", 1, 6)
    days = ("2025-11-03", "2026-03-02", "2026-07-06")
    values = [round(chance.uniform(low, high) * 2) / 2 for _ in days]
    known = chance.random() < 0.85
    began = chance.randint(2008, 2022)
    treatments: list[dict[str, str]] = []
    if chance.random() < 0.8:
        treatments.append({"name": "methotrexate", "from": f"{began}-04", "to": f"{began + 2}-01"})
    if chance.random() < 0.3:
        treatments.append({"name": "tofacitinib", "from": "2024-02"})
    return {
        "member": f"chronic-{number:03}",
        "born": f"{chance.randint(1940, 2004)}-{chance.randint(1, 12):02}",
        "gender": chance.choice("FFM"),
        "home": {"postcode": chance.choice(POSTCODES), "country": "FR"},
        "mail": f"chronic-{number:03}@example.org",
        "conditions": [{"name": ill, "diagnosed": str(began)}],
        "scores": [
            {"name": score, "value": value, "on": day}
            for day, value in zip(days, values, strict=True)
            if known
        ],
        "treatments": treatments,
        "research": {
            "notice": notice("chronic-illness", "en"),
            "version": VERSION,
            "language": "en",
            "at": AGREED,
            "agrees": ["matching", "contact/email"],
        },
    }


def _survey(chance: Random, number: int) -> dict[str, str]:
    """One row of answers; about one in six says that they do not know."""
    answers = ["oui", "non", "je ne sais pas"]
    diabetes, asthma, pressure = (chance.choices(answers, [4, 5, 2])[0] for _ in range(3))
    value = f"{chance.uniform(5.5, 11.5):.1f}" if diabetes == "oui" else ""
    return {
        "numero": f"enquete-{number:03}",
        "naissance": f"{chance.randint(1, 12):02}/{chance.randint(1938, 2005)}",
        "sexe": chance.choice(["femme", "homme"]),
        "code postal": chance.choice(POSTCODES),
        "courriel": f"enquete-{number:03}@example.org",
        "diabète de type 2 ?": diabetes,
        "diabète depuis": str(chance.randint(2005, 2024)) if diabetes == "oui" else "",
        "asthme ?": asthma,
        "hypertension ?": pressure,
        "hba1c": value,
        "hba1c le": "03/08/2026" if value else "",
        "fumez-vous ?": chance.choice(["oui", "non"]),
        "traitements": "metformine" if diabetes == "oui" and chance.random() < 0.7 else "",
        "notice": notice("survey", "fr"),
        "version de la notice": VERSION,
        "accord le": "14/09/2026 10:30",
        "accord recherche": "non" if chance.random() < 0.1 else "oui",
        "accord courriel": chance.choice(["oui", "non"]),
    }


def _cancer(chance: Random, number: int) -> dict[str, Any]:
    """Lung or bowel, at any stage, with what was tested and given."""
    tumour = chance.choices(["non-small cell lung cancer", "colorectal cancer"], [3, 1])[0]
    language = chance.choice(["en", "fr"])
    lines = [{"drug": "cisplatin", "line": "first", "from": "2025-02", "to": "2025-06"}]
    if chance.random() < 0.5:
        lines.append({"drug": "osimertinib", "line": "second", "from": "2025-09"})
    return {
        "id": f"cancer-{number:03}",
        "birth_year": str(chance.randint(1936, 1990)),
        "sex": chance.choice(["female", "male"]),
        "country": "FR",
        "language": language,
        "email": f"cancer-{number:03}@example.org",
        "tumours": [{"name": tumour, "stage": chance.choice(["II", "III", "IV"]), "found": "2024"}],
        "lines": lines[: chance.randint(0, 2)],
        "markers": [
            {"name": "EGFR", "result": chance.choice(["positive", "negative", "not tested"])}
        ],
        "ecog": chance.randint(0, 3),
        "consent": {
            "notice": notice("cancer", language),
            "version": VERSION,
            "language": language,
            "at": AGREED,
            "purposes": ["matching", "contact/email", "research-reuse"],
        },
    }


def _in_hospital(chance: Random, number: int) -> dict[str, Any]:
    """Out since the summer, or still there."""
    language = chance.choice(["en", "fr"])
    stay: dict[str, str] = {"in": f"2026-06-{chance.randint(1, 20):02}"}
    if chance.random() < 0.6:
        stay["out"] = f"2026-06-{chance.randint(21, 30):02}"
    reasons = chance.choice([["heart failure"], ["heart failure", "asthma"], ["appendicitis"]])
    return {
        "patient": f"bed-{number:03}",
        "born": str(chance.randint(1935, 2003)),
        "sex": chance.choice("fm"),
        "language": language,
        "email": f"bed-{number:03}@example.org",
        "ward": chance.choice(["cardiology", "surgery", "medicine"]),
        **stay,
        "reasons": reasons,
        "notice": notice("in-hospital", language),
        "agreed": AGREED,
        "purposes": ["matching", "contact/email"],
    }


def _breast(chance: Random, number: int) -> dict[str, Any]:
    """A patient or a relative, who fills in the same questions about her; some say nothing."""
    return {
        "compte": f"sein-{number:03}",
        "je suis": chance.choices(["patiente", "proche", "aidant", ""], [6, 2, 1, 1])[0],
        "naissance": f"{chance.randint(1940, 1995)}-{chance.randint(1, 12):02}",
        "sexe": "F",
        "courriel": f"sein-{number:03}@example.org",
        "cancer du sein": chance.choices(["oui", "non"], [9, 1])[0],
        "stade": chance.choice(["I", "II", "III", "IV"]),
        "depuis": str(chance.randint(2015, 2025)),
        "HER2": chance.choice(["positif", "négatif", ""]),
        "ménopause": chance.choice(["oui", "non"]),
        "notice": notice("breast-cancer", "fr"),
        "accord": AGREED,
        "finalités": ["matching", "contact/email"],
    }


def _numbers() -> range:
    return range(1, PEOPLE + 1)


def _table(rows: list[dict[str, str]]) -> str:
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


if __name__ == "__main__":
    for file, text in samples().items():
        (FOLDER / file).write_text(text, "utf-8")
