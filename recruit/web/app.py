"""The pages as one WSGI application."""

from collections.abc import Callable, Iterator

from flask import Blueprint, Flask
from jinja2 import StrictUndefined
from sqlalchemy import Engine

from recruit.actions.finding.shelf import Shelf
from recruit.core import written
from recruit.core.config import Settings
from recruit.core.keys import Secrets
from recruit.core.paths import templates
from recruit.terminology.lexicon import Lexicon
from recruit.web import (
    access,
    address,
    answering,
    asking,
    bulk,
    calls,
    community_hooks,
    community_sign_in,
    deciding,
    easy,
    errors,
    fairness,
    filters,
    following,
    funnel,
    health,
    hooks,
    inbox,
    invited,
    joining,
    joining_code,
    language,
    look,
    members,
    moderating,
    notices,
    origin,
    outreach,
    paper,
    paper_form,
    precision,
    public,
    questioned,
    rates,
    referrals,
    request_log,
    review,
    safety,
    safety_form,
    safety_reports,
    share,
    share_figures,
    sign_in,
    sitemap,
    slips,
    snippets,
    staying,
    study_map,
    unsubscribe,
)
from recruit.web.account import keys, own, passkeys, provider, steps
from recruit.web.admin import (
    audit,
    communities,
    community_terms,
    community_ways,
    deliveries,
    ended_addresses,
    unreached,
    users,
)
from recruit.web.me import (
    acting,
    consents,
    contact,
    erase,
    export,
    invitations,
    messages,
    overview,
    profile,
    questions,
    receipts,
    record,
    representatives,
    trials,
    trials_appointment,
    trials_questions,
    trials_release,
)
from recruit.web.me import sign_in as sign_in_by_code
from recruit.web.professional import answering as professional_answers
from recruit.web.professional import card, verified
from recruit.web.professional import own as professional
from recruit.web.service import EXTENSION, STRICT, Service, Strictness
from recruit.web.sessions import ABSENT, visitor
from recruit.web.sponsor import approvals, details, listing, new, publish, rule
from recruit.web.sponsor import criteria as posting_criteria
from recruit.web.sponsor import criteria_text as posting_criteria_text
from recruit.web.sponsor import decisions as posting_decisions
from recruit.web.sponsor import feasibility as posting_feasibility
from recruit.web.sponsor import funnel as posting_funnel
from recruit.web.sponsor import history as posting_history
from recruit.web.sponsor import materials as posting_materials
from recruit.web.sponsor import misread as posting_misread
from recruit.web.sponsor import overview as posting_overview
from recruit.web.sponsor import people as posting_people
from recruit.web.sponsor import preview as posting_preview
from recruit.web.sponsor import proposals as posting_proposals
from recruit.web.sponsor import sharing as posting_sharing
from recruit.web.sponsor import sites as posting_sites
from recruit.web.sponsor import text_approval as posting_text_approval
from recruit.web.whom import acting_for


def create_app(
    settings: Settings,
    engine: Engine,
    open_lexicon: Callable[[], Lexicon],
    secrets: Secrets,
    strictness: Strictness = STRICT,
) -> Flask:
    """The application over `engine`; `open_lexicon` is called when a page needs concepts' names."""
    app = Flask(__name__, template_folder=str(templates() / "web"))
    app.extensions[EXTENSION] = Service(
        settings, engine, open_lexicon, Shelf(open_lexicon), secrets, strictness
    )
    newest, *older = secrets.sessions
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_SECURE=app.extensions[EXTENSION].secure,
        PERMANENT_SESSION_LIFETIME=ABSENT,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=language.say,
        counted=language.say_count,
        tongue=language.tongue,
        other_languages=language.other_languages,
        visitor=visitor,
        acting_for=acting_for,
        approvals_waiting=approvals.waiting_for_somebody,
        passkeys_available=passkeys.available,
        passkey_question=passkeys.question,
    )
    app.context_processor(lambda: {"language": language.language()})
    # The language first: whatever fails after it is said in it.
    for part in (
        request_log,
        address,
        language,
        origin,
        safety,
        members,
        access,
        rates,
        errors,
        filters,
        look,
    ):
        part.init_app(app)
    for pages in (*_everybodys(), *_participants(), *_staffs(), *_postings()):
        app.register_blueprint(pages)
    written.read_ahead()
    app.extensions["csrf"].exempt(hooks.pages)  # programs sign what they post
    app.extensions["csrf"].exempt(community_hooks.pages)  # the same
    app.extensions["csrf"].exempt(unsubscribe.pages)  # which checks its own form itself
    return app


def _everybodys() -> Iterator[Blueprint]:
    """The pages that stand open, and those of signing in and of one's own account."""
    yield from (public.pages, study_map.pages, sitemap.pages, asking.pages)
    yield from (sign_in.pages, health.pages, notices.pages)
    yield from (steps.pages, own.pages, keys.pages, passkeys.pages, provider.pages)
    yield sign_in_by_code.pages
    yield from (joining.pages, joining_code.pages, invited.pages, unsubscribe.pages, hooks.pages)
    yield staying.pages
    yield from (questioned.pages, look.pages, community_sign_in.pages, community_hooks.pages)
    yield from (card.pages, share.pages, easy.pages, paper_form.pages)


def _participants() -> Iterator[Blueprint]:
    """The pages of those who speak for a person."""
    yield from (consents.pages, overview.pages, receipts.pages, record.pages, export.pages)
    yield from (contact.pages, erase.pages, profile.pages, representatives.pages, acting.pages)
    yield from (trials.pages, trials_questions.pages, trials_release.pages)
    yield from (trials_appointment.pages, invitations.pages, questions.pages)
    yield messages.pages


def _staffs() -> Iterator[Blueprint]:
    """The pages of coordinators and administrators."""
    yield from (review.pages, deciding.pages, bulk.pages)
    yield from (referrals.pages, following.pages, outreach.pages, calls.pages, slips.pages)
    yield paper.pages
    yield from (inbox.pages, answering.pages, snippets.pages, moderating.pages)
    yield from (safety_reports.pages, safety_form.pages)
    yield from (users.pages, audit.pages, communities.pages, listing.pages)
    yield from (community_ways.pages, community_terms.pages)
    yield from (deliveries.pages, ended_addresses.pages, unreached.pages)
    yield from (funnel.pages, fairness.pages, precision.pages, share_figures.pages)
    yield from (verified.pages, professional.pages, professional_answers.pages)


def _postings() -> Iterator[Blueprint]:
    """The pages of one posting, in the order of its parts."""
    yield from (new.pages, posting_overview.pages, details.pages)
    yield from (posting_criteria.pages, posting_criteria_text.pages, rule.pages)
    yield posting_misread.pages
    yield from (posting_materials.pages, posting_preview.pages, posting_decisions.pages)
    yield posting_text_approval.pages
    yield from (posting_history.pages, posting_sites.pages, posting_proposals.pages)
    yield from (posting_feasibility.pages, posting_people.pages, posting_funnel.pages)
    yield posting_sharing.pages
    yield from (publish.pages, approvals.pages)
