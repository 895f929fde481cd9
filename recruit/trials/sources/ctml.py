"""Trials in CTML, MatchMiner's clinical trial markup language: rules, not text.

Shape and meaning as MatchMiner's engine has them. A match clause may stand at the trial, a step, an
arm or a dose level, and each opens the trial: whoever fits one of them may take part. What is
suspended takes nobody, so its clauses do not count; when all are, they are read and the trial is
suspended. A trial that this program wrote says more, under `recruit` (ctml_own.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import AllOf, Rule, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.checks import checked
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.eligibility import sound
from recruit.trials.registered import registered
from recruit.trials.registry import registry_of
from recruit.trials.sources import ctml_shape as shape
from recruit.trials.sources.ctml_leaves import Leaves
from recruit.trials.sources.ctml_own import OWN, read_own
from recruit.trials.sources.ctml_text import Asked, written
from recruit.trials.sources.ctml_tree import read_match
from recruit.trials.sources.shape import distinct, fitted, named, part
from recruit.trials.values import read_age, refuse

Structured = tuple[TrialDraft, tuple[Criterion, ...]]

_SUSPENDED: Final = frozenset({"y", "yes", "true"})


@dataclass(frozen=True, slots=True)
class _Clause:
    """What one part of the trial asks for, how that part is called, and whether it is open."""

    name: str
    rule: Rule
    is_open: bool


def claims(value: object) -> bool:
    """Whether this looks like CTML: it has a treatment list, or a match of its own."""
    return isinstance(value, dict) and (
        "treatment_list" in value or value.keys() >= {"protocol_no", "match"}
    )


def read_ctml(value: object, where: str, lexicon: Lexicon) -> Structured:
    """One trial and its criteria as rules; their spans lie in the text that is written for them.

    Raises:
        Refusal: naming the trial, or `where` it stands when it has no number, and the field.
    """
    record = named(part(value, "nct_id") or part(value, "protocol_no"), where)
    if part(value, OWN) is not None:
        return read_own(value, record, lexicon)
    document = fitted(shape.Document, value, record)
    clauses = list(_clauses(value, Leaves(lexicon, record), record))
    counted = [each for each in clauses if each.is_open] or clauses
    rules = [*_rules(counted), *_prior(document.prior_treatment_requirements)]
    text, criteria = written(rules)
    draft = _draft(document, text, record)
    if clauses and not any(each.is_open for each in clauses):
        draft = replace(draft, status=TrialStatus.SUSPENDED)
    criteria = tuple(sound(each, record) for each in criteria)
    return draft, (*registered(draft, criteria), *criteria)


def _draft(document: shape.Document, text: str, record: str) -> TrialDraft:
    number = document.nct_id.strip().upper()
    known = number if registry_of(number) else ""
    lowest, highest = shape.AGES.get(document.age.strip().lower(), (None, None))
    sponsors = sorted(
        document.sponsor_list.sponsor, key=lambda each: each.is_principal_sponsor.upper() != "Y"
    )
    status = shape.STATUSES.get(document.status.strip().lower(), TrialStatus.UNKNOWN)
    return checked(
        TrialDraft(
            id=known,
            criteria=text,
            title=(document.short_title or document.long_title).strip(),
            official_title=document.long_title.strip(),
            summary=document.summary.strip(),
            interventions=distinct([each.drug_name for each in document.drug_list.drug]),
            min_age=lowest,
            max_age=highest,
            youngest=read_age(lowest, record, "age"),
            oldest=read_age(highest, record, "age"),
            status=status,
            phase=shape.phase(document.phase),
            sponsor=next((each.sponsor_name.strip() for each in sponsors), ""),
            target=document.protocol_target_accrual or None,
            registry_ids=distinct([document.protocol_no, "" if known else document.nct_id]),
            sites=tuple(
                SiteDraft(
                    name=site.site_name.strip(),
                    status=shape.STATUSES.get(site.site_status.strip().lower()),
                )
                for site in document.site_list.site
            ),
        )
    )


# ---------------------------------------------------------------- clauses
def _clauses(value: object, leaves: Leaves, record: str) -> Iterator[_Clause]:
    """The clauses of the trial, its steps, their arms and the arms' dose levels."""
    yield from _clause(value, leaves, record, "", name="Trial", is_open=True)
    for number, step in enumerate(_objects(value, "treatment_list", "step", record=record)):
        path = f"treatment_list.step[{number}]"
        arms = _objects(step, "arm", record=record, path=path)
        step_open = not arms or any(not _is_suspended(arm, "arm_suspended") for arm in arms)
        yield from _clause(step, leaves, record, path, name="Step", is_open=step_open)
        for place, arm in enumerate(arms):
            inner = f"{path}.arm[{place}]"
            arm_open = not _is_suspended(arm, "arm_suspended")
            yield from _clause(arm, leaves, record, inner, name="Arm", is_open=arm_open)
            levels = _objects(arm, "dose_level", record=record, path=inner)
            for at, level in enumerate(levels):
                level_open = arm_open and not _is_suspended(level, "level_suspended")
                yield from _clause(
                    *(level, leaves, record, f"{inner}.dose_level[{at}]"),
                    name="Dose level",
                    is_open=level_open,
                )


def _clause(  # noqa: PLR0913 - where a clause stands, and what it is
    holder: object, leaves: Leaves, record: str, path: str, *, name: str, is_open: bool
) -> Iterator[_Clause]:
    items = part(holder, "match")
    if items is None:
        return
    rule = read_match(items, leaves, record, f"{path}.match".removeprefix("."))
    if rule is not None:
        yield _Clause(_named(holder, name), rule, is_open)


def _named(holder: object, name: str) -> str:
    """Its code and its description: "Arm EXP 3 (dose escalation)"."""
    key = {"Step": "step", "Arm": "arm", "Dose level": "level"}.get(name, "")
    code = str(part(holder, f"{key}_code") or "")
    about = str(part(holder, f"{key}_description") or "")
    known = " ".join(f"{name} {code}".split())
    return f"{known} ({' '.join(about.split())})" if about and about != code else known


def _objects(value: object, *names: str, record: str, path: str = "") -> list[dict[object, object]]:
    found = part(value, *names)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        field = ".".join([path, *names]).removeprefix(".")
        refuse(record, field, N_("this must be a list of objects"))
    return found


def _is_suspended(holder: object, key: str) -> bool:
    return str(part(holder, key) or "").strip().lower() in _SUSPENDED


# ---------------------------------------------------------------- rules
def _rules(clauses: list[_Clause]) -> list[Asked]:
    """A criterion for each thing that the only clause asks for, or one for all clauses.

    Clauses that ask for the same are told once, under all their names.
    """
    names: dict[Rule, list[str]] = {}
    for clause in clauses:
        names.setdefault(clause.rule, []).append(clause.name)
    if len(names) == 1:
        rule = clauses[0].rule
        return [(("", each),) for each in (rule.of if isinstance(rule, AllOf) else (rule,))]
    return [tuple((", ".join(known), rule) for rule, known in names.items())] if names else []


def _prior(requirements: tuple[str, ...]) -> list[Asked]:
    """What a patient must have been given before, which CTML says in words alone."""
    texts = distinct(" ".join(each.split()) for each in requirements)
    return [(("", Unparsed(text)),) for text in texts]
