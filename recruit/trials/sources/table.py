"""Trials as tables: a row for each criterion of one trial, or a row for each trial.

Headings are the names of the exchange format, or what people write for them in English or French.
A list stands in one cell, its parts with ; or | between them.
"""

import re
from typing import Final, Literal, Never

from recruit.core.files import Record, refused
from recruit.core.i18n import N_
from recruit.trials.draft import Tongue, TrialDraft
from recruit.trials.sources.exchange import read_exchange
from recruit.trials.sources.recognise import not_one
from recruit.trials.sources.sections import eligibility_text, numbered
from recruit.trials.values import refuse

Row = dict[str, str]
Kind = Literal["inclusion", "exclusion"]

KIND, TEXT = "kind", "text"
NO_COLUMN: Final = N_(
    "no column is known; give “kind” and “criterion” for criteria, or “title” and “criteria”"
)
FRENCH: Final = {
    "identifiant": "id",
    "numéro": "id",
    "titre": "title",
    "titre officiel": "official_title",
    "titre scientifique": "official_title",
    "résumé": "summary",
    "langue": "language",
    "maladies": "conditions",
    "pathologies": "conditions",
    "interventions étudiées": "interventions",
    "mots-clés": "keywords",
    "sexe": "sex",
    "âge minimal": "min_age",
    "âge minimum": "min_age",
    "âge maximal": "max_age",
    "âge maximum": "max_age",
    "volontaires sains": "healthy_volunteers",
    "critères": "criteria",
    "critères d'éligibilité": "criteria",
    "statut": "status",
    "promoteur": "sponsor",
    "date de début": "start_date",
    "date de fin": "completion_date",
    "effectif": "target",
    "effectif prévu": "target",
    "autres numéros": "registry_ids",
    "type de critère": KIND,
    "nature": KIND,
    "critère": TEXT,
    "texte": TEXT,
}
ENGLISH: Final = {
    "number": "id",
    "nct": "id",
    "nct number": "id",
    "official title": "official_title",
    "scientific title": "official_title",
    "study title": "title",
    "gender": "sex",
    "minimum age": "min_age",
    "min age": "min_age",
    "maximum age": "max_age",
    "max age": "max_age",
    "healthy volunteers": "healthy_volunteers",
    "eligibility criteria": "criteria",
    "start date": "start_date",
    "completion date": "completion_date",
    "enrollment": "target",
    "enrolment": "target",
    "other numbers": "registry_ids",
    "type": KIND,
    "category": KIND,
    "criterion": TEXT,
}
LISTS: Final = frozenset({"conditions", "interventions", "keywords", "registry_ids"})
PLAIN: Final = frozenset(
    {
        *("id", "title", "official_title", "summary", "language", "sex", "min_age", "max_age"),
        *("criteria", "status", "phase", "sponsor", "start_date", "completion_date", "url"),
    }
)
FIELDS: Final = {*PLAIN, *LISTS, "healthy_volunteers", "target", KIND, TEXT}
_TRUTH: Final = {"yes": True, "true": True, "oui": True, "no": False, "false": False, "non": False}
_KINDS: Final[dict[str, Kind]] = {"i": "inclusion", "e": "exclusion"}
_PARTS: Final = re.compile(r"[;|\n]")


def read_table(name: str, records: list[Record]) -> TrialDraft:
    """The one trial of a table's rows, as sheets.rows gives them, from the file called `name`.

    Raises:
        Refusal: naming the row and the column that cannot be read, or the whole table when it has
            no known columns or a row for more than one trial.
    """
    rows = [(each.where, _known(each.value)) for each in records]
    first = rows[0][1] if rows else {}
    if KIND in first and TEXT in first:
        return _of_criteria(rows, _tongue(records[0].value))
    if not first.keys() & {"criteria", "title", "id"}:
        raise refused(name, NO_COLUMN)
    if len(rows) > 1:
        raise not_one(name, several=True)
    where, row = rows[0]
    return _of_trial(row, where)


def _known(value: object) -> Row:
    """The cells under known headings, by the names of the exchange format."""
    cells = value.items() if isinstance(value, dict) else ()
    named = ((_field(str(heading)), str(cell).strip()) for heading, cell in cells)
    return {name: cell for name, cell in named if name}


def _field(heading: str) -> str:
    plain = " ".join(heading.lower().replace("’", "'").split())
    name = FRENCH.get(plain) or ENGLISH.get(plain) or plain.replace(" ", "_")
    return name if name in FIELDS else ""


def _tongue(value: object) -> Tongue:
    headings = value if isinstance(value, dict) else {}
    plain = {" ".join(str(each).lower().replace("’", "'").split()) for each in headings}
    return "fr" if plain & FRENCH.keys() else "en"


def _of_criteria(rows: list[tuple[str, Row]], tongue: Tongue) -> TrialDraft:
    """One trial, criterion by criterion; what else is said of it stands in the first row."""
    texts: dict[Kind, list[str]] = {"inclusion": [], "exclusion": []}
    for where, row in rows:
        if row[TEXT]:
            texts[_kind(row[KIND], where)].append(row[TEXT])
    where, first = rows[0]
    criteria = eligibility_text(numbered(texts["inclusion"]), numbered(texts["exclusion"]), tongue)
    said = {name: cell for name, cell in first.items() if name not in {KIND, TEXT}}
    return _of_trial({"language": tongue} | said | {"criteria": criteria}, where)


def _kind(word: str, where: str) -> Kind:
    plain = word.lower()
    if plain in _KINDS:
        return _KINDS[plain]
    out = "exclu" in plain or re.search(r"\bnon[ -]inclusion", plain)
    if not out and "inclu" not in plain:
        _refuse_kind(word, where)
    return "exclusion" if out else "inclusion"


def _refuse_kind(word: str, where: str) -> Never:
    refuse(where, KIND, N_("“{value}” is neither inclusion nor exclusion"), value=word[:40])


def _of_trial(row: Row, where: str) -> TrialDraft:
    said: dict[str, object] = {name: cell for name, cell in row.items() if name in PLAIN and cell}
    for name in LISTS & row.keys():
        said[name] = [part for part in _PARTS.split(row[name]) if part.strip()]
    if row.get("healthy_volunteers"):
        word = row["healthy_volunteers"]
        if word.lower() not in _TRUTH:
            refuse(where, "healthy_volunteers", N_("this must be true or false"))
        said["healthy_volunteers"] = _TRUTH[word.lower()]
    if row.get("target"):
        if not re.fullmatch(r"\d{1,9}", row["target"]):
            refuse(where, "target", N_("this must be a whole number"))
        said["target"] = int(row["target"])
    return read_exchange(said, where)
