"""`/api/v1/trials`: a sponsor's own trials, read, begun, changed, submitted and approved."""

from http import HTTPStatus
from typing import Any, Final

from recruit.actions.catalogue import title
from recruit.actions.posting import begin, publishing
from recruit.actions.posting.begin import Beginner, Words
from recruit.actions.posting.criteria import Texts, keep_texts
from recruit.actions.posting.details.deed import STEPS, save_details, values
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.listing import named
from recruit.actions.posting.publishing import Signed, Whose
from recruit.actions.reach import reach
from recruit.api import cursors, examples
from recruit.api.access import caller
from recruit.api.cursors import CursorSchema, PageSchema
from recruit.api.etags import seen_revision, tagged
from recruit.api.operation import Told, asks, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.api.repeatable import done
from recruit.api.schemas.trials import (
    CHANGES,
    ApprovalSchema,
    NewTrialSchema,
    PublishedSchema,
    ReachesSchema,
    SubmissionSchema,
    TextSchema,
    TrialSchema,
    TrialsSchema,
    VersionsSchema,
)
from recruit.core.db import reading
from recruit.people.scopes import Scope
from recruit.trials.posting import store
from recruit.trials.posting.store import Heading, Posting

READ: Final = Scope.TRIALS_READ
WRITE: Final = Scope.TRIALS_WRITE
LARGEST: Final = 4 << 20
"""Bytes of a body: two of the longest texts."""

trials = blueprint("trials", "Trials of one’s own organisation.", largest=LARGEST)


@operation(
    trials,
    "GET",
    "/trials",
    scope=READ,
    summary="List one’s trials, the last changed first",
    told=Told(TrialsSchema, examples.TRIALS),
    fails=(400, 422),
)
@asks(trials, PageSchema)
def list_trials(asked: dict[str, Any]) -> dict[str, Any]:
    """Drafts and published ones of one’s own organisation."""
    begins, limit = cursors.place(asked), asked["limit"]
    with reading(parts().engine) as session:
        headings = store.of(session, caller().organisation)
        ids = [each.id for each in headings]
        first = ids.index(begins) if begins in ids else 0
        shown = headings[first : first + limit]
        found = [store.get(session, each.id, caller().organisation) for each in shown]
    following = ids[first + limit] if first + limit < len(ids) else None
    return cursors.page([_line(each) for each in found], following)


@operation(
    trials,
    "POST",
    "/trials",
    scope=WRITE,
    summary="Begin a trial; its text is read into criteria",
    told=Told(TrialSchema, examples.TRIAL, HTTPStatus.CREATED),
)
@takes(trials, NewTrialSchema, examples.NEW_TRIAL)
def begin_trial(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Keep a draft, which nobody sees but one’s own organisation."""
    words = Words(given["title"], given["language"], given.get("number", ""), given.get("text", ""))
    by = Beginner(caller().actor, caller().organisation)
    number = begin.by_words(parts().engine, parts().open_lexicon(), words, by)
    done()
    body, headers = _shown(posting_of(number))
    return body, HTTPStatus.CREATED, {**headers, "Location": f"/api/v1/trials/{number}"}


@operation(
    trials,
    "GET",
    "/trials/<trial>",
    scope=READ,
    summary="Read a trial",
    told=Told(TrialSchema, examples.TRIAL),
    fails=(404,),
    tagged=True,
)
def read_trial(trial: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The newest revision, which the ETag names."""
    return _shown(posting_of(trial))


def _change_of(step: str) -> None:
    """One operation for each part of the details."""

    def change(given: dict[str, str], trial: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Change some fields of one part; what is left out stays as it is."""
        base = seen_revision()
        saved = save_details(
            parts().engine,
            parts().open_lexicon(),
            trial,
            step=step,
            fields={**values(step, posting_of(trial)), **given},
            base=base,
            organisation=caller().organisation,
            author=caller().actor,
        )
        for refusal in saved.problems.values():
            raise refusal
        return _shown(saved.posting)

    change.__name__ = f"change_{step}"
    made = takes(trials, CHANGES[step], examples.CHANGES[step])(change)
    operation(
        trials,
        "PATCH",
        f"/trials/<trial>/details/{step}",
        scope=WRITE,
        summary=f"Change a trial’s details: {step}",
        told=Told(TrialSchema, examples.TRIAL),
        fails=(400, 404, 422),
        tagged=True,
    )(made)


for _step in STEPS:
    _change_of(_step)


@operation(
    trials,
    "PUT",
    "/trials/<trial>/text",
    scope=WRITE,
    summary="Put another eligibility text; what was decided of words still there stays",
    told=Told(TrialSchema, examples.TRIAL),
    fails=(400, 404, 422),
    tagged=True,
)
@takes(trials, TextSchema, examples.TEXT)
def put_text(given: dict[str, Any], trial: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the text anew."""
    texts = Texts(given["language"], given["text"], given["translation"])
    edit = Edit(trial, caller().organisation, seen_revision(), caller().actor)
    return _shown(keep_texts(parts().engine, parts().open_lexicon(), edit, texts))


@operation(
    trials,
    "GET",
    "/trials/<trial>/versions",
    scope=READ,
    summary="List the revisions of a trial, the newest first",
    told=Told(VersionsSchema, examples.VERSIONS),
    fails=(400, 404, 422),
)
@asks(trials, PageSchema)
def list_versions(asked: dict[str, Any], trial: str) -> dict[str, Any]:
    """Who changed what, and which revision waits or is public."""
    newest, limit, organisation = cursors.number(asked), asked["limit"], caller().organisation
    with reading(parts().engine) as session:
        heading = store.get(session, trial, organisation).heading
        steps = store.steps(session, trial)
        found = [each for each in steps if newest is None or each.number <= newest]
        items = [
            {
                "number": each.number,
                "change": each.change.value,
                "author": named(session, each.author, organisation),
                "at": each.at,
            }
            for each in found[:limit]
        ]
    following = found[limit].number if len(found) > limit else None
    both = {"submitted": heading.submitted, "published": heading.published}
    return {**cursors.page(items, following), **both}


@operation(
    trials,
    "POST",
    "/trials/<trial>/submission",
    scope=WRITE,
    summary="Ask a second person to approve what was looked at",
    told=Told(TrialSchema, examples.TRIAL),
    fails=(404,),
    tagged=True,
)
@takes(trials, SubmissionSchema, {"confirmed": True})
def submit_trial(given: dict[str, Any], trial: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Nobody approves their own work: somebody else of the organisation does."""
    base, whose = seen_revision(), _whose(trial)
    engine, lexicon = parts().engine, parts().open_lexicon()
    publishing.submit(engine, lexicon, whose, base=base, confirmed=given["confirmed"])
    done()
    return _shown(posting_of(trial))


@operation(
    trials,
    "POST",
    "/trials/<trial>/approval",
    scope=WRITE,
    summary="Publish what was submitted, as somebody who had no hand in it",
    told=Told(PublishedSchema, {"version": 2}),
    fails=(404,),
    tagged=True,
)
@takes(trials, ApprovalSchema, {"digest": "7c2f" * 16})
def approve_trial(given: dict[str, Any], trial: str) -> dict[str, Any]:
    """Who wrote or submitted any of it is refused with 403."""
    signed = Signed(seen_revision(), given["digest"])
    version = publishing.approve(parts().engine, parts().open_lexicon(), _whose(trial), signed)
    return {"version": version}


@operation(
    trials,
    "GET",
    "/reach",
    scope=READ,
    summary="About how many people one’s published trials could reach",
    told=Told(ReachesSchema, examples.REACHES),
    fails=(400, 422),
)
@asks(trials, CursorSchema)
def list_reach(asked: dict[str, Any]) -> dict[str, Any]:
    """Coarse figures, wrong by chance once and for all; small ones are not told apart."""
    page = reach(
        parts().engine,
        parts().secrets,
        organisation=caller().organisation,
        page=min(cursors.number(asked) or 1, 10**6),
        actor=caller().actor,
        language=asked_language(),
    )
    items = [
        {
            "trial": each.trial,
            "title": each.title.text,
            "about": each.people.words if each.people else None,
        }
        for each in page.items
    ]
    return cursors.page(items, page.number + 1 if page.number < page.pages else None)


def _whose(trial: str) -> Whose:
    return Whose(trial, caller().organisation, caller().actor)


def posting_of(number: str) -> Posting:
    """A posting that the caller sees; NotFound where there is none."""
    with reading(parts().engine) as session:
        return store.get(session, number, caller().organisation)


def _shown(posting: Posting) -> tuple[dict[str, Any], dict[str, str]]:
    draft = posting.content.draft
    body = {
        **_line(posting),
        "digest": posting.newest.digest,
        "language": draft.language,
        "status": draft.status.value if draft.status else None,
        "details": {step: values(step, posting) for step in STEPS},
    }
    return body, tagged(posting.heading.revision)


def _line(posting: Posting) -> dict[str, Any]:
    heading: Heading = posting.heading
    return {
        "id": heading.id,
        "trial": heading.trial,
        "title": title(posting.content.draft, asked_language()).text,
        "state": heading.state.value,
        "revision": heading.revision,
        "published_revision": heading.published,
        "changed_at": heading.changed_at,
    }
