"""A trial as somebody uploads it: one file, one trial, in any format that is known here.

The format is told by what the file holds; only a table and YAML, which hold nothing but words, are
told by the name as well. What is too large, too deep or packed too tightly is refused before it is
read, and nothing in a file is ever carried out: JSON and plain YAML are values, a cell is a text.
"""

import io
import re
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.files import Line, Record, records, refused
from recruit.core.i18n import N_
from recruit.core.sheets import rows
from recruit.criteria.eligibility import Criterion
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.sources import ctml
from recruit.trials.sources.ctml_own import OWN
from recruit.trials.sources.packed import LONGEST_NAME, unpacked
from recruit.trials.sources.recognise import drafts, not_one, studies
from recruit.trials.sources.shape import distinct, part
from recruit.trials.sources.table import read_table
from recruit.trials.sources.yaml_plain import DEEPEST, read_yaml

LARGEST_UPLOAD: Final = 20 << 20  # bytes
MOST_VALUES: Final = 1_000_000  # in one file; each takes some hundred bytes once it is read
MOST_ROWS: Final = 10_000  # of a table; the longest protocols have some hundred criteria

_TABLES: Final = frozenset({".csv", ".tsv", ".txt"})
_YAML: Final = frozenset({".yaml", ".yml"})
_FIELD: Final = re.compile(rb"(---|%YAML|#|[\"']?[\w-]+[\"']?\s*:(\s|$))")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_REGISTERED: Final = re.compile(r"NCT\d{8}|ISRCTN\d{8}|\d{4}-\d{6}-\d{2}-\d{2}")

Upload = tuple[TrialDraft, tuple[Criterion, ...] | None]


def read_upload(name: str, data: bytes, lexicon: Lexicon) -> Upload:
    """The trial of an uploaded file, and its criteria where they come as rules (CTML).

    The draft may lack criteria or a number: `id` is the trial's number in a registry, or "". Where
    the criteria are None its text is still to be read. Spans of rules lie in `draft.criteria`.

    Raises:
        Refusal: with a sentence, naming the file or the trial in it.
    """
    name = _shown(name)
    if len(data) > LARGEST_UPLOAD:
        megabytes = LARGEST_UPLOAD >> 20
        raise refused(name, N_("the file is larger than {limit} MB"), limit=megabytes)
    name, content = unpacked(name, data)
    head = content.lstrip(_BLANK)[:512]
    if _is_json(content, head):
        return _trial(name, _json(name, content), lexicon)
    if _is_yaml(name, head):
        return _trial(name, [read_yaml(name, content)], lexicon)
    table = [_taken(each) for each in islice(rows(name, _opened(content)), MOST_ROWS + 1)]
    if len(table) > MOST_ROWS:
        raise refused(name, N_("more than {limit} rows"), limit=f"{MOST_ROWS:,}")
    return _numbered(read_table(name, table)), None


def _trial(name: str, values: list[object], lexicon: Lexicon) -> Upload:
    found = [study for value in values for study in studies(value)]
    if len(found) != 1:  # before any of them is read: there may be very many
        raise not_one(name, several=bool(found))
    (value,) = found
    if ctml.claims(value):
        draft, criteria = ctml.read_ctml(value, name, lexicon)
        return _numbered(draft, own=part(value, OWN) is not None), criteria
    (draft,) = (_draft(each) for each in drafts(Record(name, value), unfinished=True))
    return _numbered(draft), None


def _draft(found: TrialDraft | Refusal) -> TrialDraft:
    if isinstance(found, Refusal):
        raise found
    return found


def _numbered(draft: TrialDraft, *, own: bool = False) -> TrialDraft:
    """The draft under its registry's number alone; any other number is one among its others.

    The number of a posting of our `own` is nobody's but that posting's.
    """
    if not draft.id or _REGISTERED.fullmatch(draft.id):
        return draft
    others = draft.registry_ids if own else distinct([draft.id, *draft.registry_ids])
    return replace(draft, id="", registry_ids=others)


# ---------------------------------------------------------------- formats
def _is_json(content: bytes, head: bytes) -> bool:
    """JSON, or what the reader of JSON names better: a page, an archive, nothing at all."""
    return head.startswith((b"{", b"[", b"<")) or content[257:262] == b"ustar" or not head


def _is_yaml(name: str, head: bytes) -> bool:
    suffix = PurePath(name).suffix.lower()
    return suffix in _YAML or (suffix not in _TABLES and _FIELD.match(head) is not None)


def _json(name: str, content: bytes) -> list[object]:
    if sum(content.count(sign) for sign in (b",", b"[", b"{")) > MOST_VALUES:
        limit = f"{MOST_VALUES:,}"
        raise refused(name, N_("there are more than {limit} values in it"), limit=limit)
    found = []
    for each in records(name, _opened(content)):
        record = _taken(each.read() if isinstance(each, Line) else each)
        if _is_deep(record.value):
            raise refused(name, N_("nested more than {limit} levels deep"), limit=DEEPEST)
        found.append(record.value)
        if len(found) > 1:  # one too many already
            break
    return found


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return any(isinstance(each, dict | list) for each in level)


def _taken(record: Record | Refusal) -> Record:
    if isinstance(record, Refusal):
        raise record
    return record


def _opened(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))


def _shown(name: str) -> str:
    """How the file is called in sentences: its last part, if that can be shown."""
    last = PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:]
    return last if last.isprintable() and last else "file"
