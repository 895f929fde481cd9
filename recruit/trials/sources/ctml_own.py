"""What a CTML document says under the key `recruit`: a posting of ours, whole.

At the top stands the trial in the exchange format, at each item of the match its criterion, with
the rule as docs/formats.md has it. Beside them stand CTML's own words, as far as it has any, for
other programs; here `recruit` is what counts. An item that another program added has none, and is
read as CTML.
"""

from typing import Final

from recruit.core.i18n import N_
from recruit.criteria.codec import decode_criterion
from recruit.criteria.eligibility import Criterion
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.ctml_leaves import Leaves
from recruit.trials.sources.ctml_text import written
from recruit.trials.sources.ctml_tree import read_match
from recruit.trials.sources.exchange import read_exchange
from recruit.trials.sources.shape import part
from recruit.trials.values import refuse

OWN: Final = "recruit"


def read_own(
    value: object, record: str, lexicon: Lexicon
) -> tuple[TrialDraft, tuple[Criterion, ...]]:
    """The posting's draft and criteria.

    Raises:
        Refusal: naming the trial and the field.
    """
    draft = read_exchange(part(value, OWN), record)
    criteria = (_criterion(item, record, lexicon) for item in _items(value, record))
    return draft, tuple(each for each in criteria if each is not None)


def _items(value: object, record: str) -> list[object]:
    """The items of the one arm's match."""
    found = value
    for name in ("treatment_list", "step", 0, "arm", 0, "match", 0, "and"):
        if isinstance(name, int):
            found = found[name] if isinstance(found, list) and found else None
        else:
            found = part(found, name)
    if not isinstance(found, list):
        refuse(record, "treatment_list.step[0].arm[0].match", N_("this must be a list"))
    return found


def _criterion(item: object, record: str, lexicon: Lexicon) -> Criterion | None:
    own = part(item, OWN)
    if own is not None:
        return decode_criterion(own, record)
    rule = read_match(
        [item], Leaves(lexicon, record), record, "treatment_list.step[0].arm[0].match[0].and"
    )
    if rule is None:
        return None
    _, (criterion,) = written([(("", rule),)])
    return Criterion("inclusion", criterion.text, rule)
