"""Who saw, asked or did what about a person, in plain words: roles, never the names of staff."""

from typing import Final

from flask import Blueprint, render_template, url_for

from recruit.actions.catalogue import Worded, public_title
from recruit.actions.deeds import By, Deed, Party, page_of_deeds
from recruit.audit.trail import Tag
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.communities.register import DIRECT
from recruit.people.store import participant as participant_row
from recruit.web.access import participant
from recruit.web.address import asked_page
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.whom import acting, whose

pages = Blueprint("my_record", __name__)

WHAT: Final = {
    Tag.PERSON_EXPORTED: N_("All your data was downloaded."),
    Tag.PERSON_ERASED: N_("Your data was erased."),
    Tag.ERASURE_ASKED: N_("A code to erase your data was asked for."),
    Tag.ERASURE_ANNOUNCED: N_("We told you that we will soon delete your data."),
    Tag.ERASURE_LETTER: N_("A letter to you was printed: it says that we will delete your data."),
    Tag.PROFILE_TOLD: N_("An answer was given or changed."),
    Tag.CONSENTS_SHOWN: N_("Your choices were looked at."),
    Tag.CONSENT_GRANTED: N_("A yes was given."),
    Tag.CONSENT_WITHDRAWN: N_("A yes was taken back."),
    Tag.CONSENT_PAUSED: N_("A pause began."),
    Tag.CONSENT_RESUMED: N_("A pause ended."),
    Tag.JOINED: N_("You joined."),
    Tag.REPRESENTATIVE_INVITED: N_("Somebody was asked to act for you."),
    Tag.REPRESENTATIVE_ACCEPTED: N_("The invitation to act for you was accepted."),
    Tag.REPRESENTATIVE_CONFIRMED: N_("Somebody was allowed to act for you."),
    Tag.REPRESENTATIVE_CAME: N_("Your space was opened."),
    Tag.REPRESENTATIVE_ALLOWED: N_("Your guardian was allowed to go on."),
    Tag.REPRESENTATIVE_ENDED: N_("Somebody stopped acting for you."),
    Tag.GUARDIAN_RECORDED: N_("A guardian was recorded for you."),
    Tag.CONTACT_CHANGED: N_("The way to reach you was changed."),
    Tag.MEMBER_LINKED: N_("You came in with your account of a patient community."),
    Tag.COMMUNITY_TOLD: N_("Your patient community was told what you took back."),
    Tag.COMMUNITY_NOT_TOLD: N_("Your patient community could not be told what you took back."),
    Tag.ANSWERED: N_("A message about a study was answered."),
    Tag.INVITED: N_("Somebody decided that you are asked about a study."),
    Tag.QUESTION_ASKED: N_("Somebody decided that you are asked a question."),
    Tag.QUESTION_WITHDRAWN: N_("A question for you was taken back."),
    Tag.QUESTION_REPLIED: N_("A question was answered."),
    Tag.QUESTION_ENDED: N_("A question for you ended without an answer."),
    Tag.CALL_OPENED: N_("Your name and number were shown, to call you about a study."),
    Tag.CALL_SHOWN: N_("Your name and number were shown again, during a call about a study."),
    Tag.CALL_ENDED: N_("A call to you about a study ended."),
    Tag.SLIP_TYPED: N_("Your answer by letter was typed in."),
    Tag.WORDS_HEARD: N_("A message from you came in."),
    Tag.WORDS_SHOWN: N_("A message from you stood in a list of messages to read."),
    Tag.WORDS_READ: N_("A message from you was read."),
    Tag.WORDS_UNREAD: N_("A message from you waits to be read again."),
    Tag.WORDS_CLAIMED: N_("Somebody began to write you an answer."),
    Tag.WORDS_ANSWERED: N_("Somebody answered you."),
    Tag.WORDS_ASSIGNED: N_("Your messages were given to somebody to answer."),
    Tag.WORDS_CLOSED: N_("Somebody noted that your message needs no answer."),
    Tag.STOP_DISMISSED: N_("Somebody read that your message asked for no stop."),
    Tag.FILE_SHOWN: N_("A file from you was opened."),
    Tag.SAFETY_LISTED: N_("A possible side effect of yours stood in a list."),
    Tag.SAFETY_SHOWN: N_("What you wrote of a possible side effect was looked at."),
    Tag.SAFETY_BEGUN: N_("Something you said was marked as a possible side effect."),
    Tag.SAFETY_DECIDED: N_("Somebody decided if what you wrote is a side effect."),
    Tag.SAFETY_WRITTEN: N_("A report of a possible side effect was written."),
    Tag.SAFETY_FORWARDED: N_("A report of a possible side effect was passed on, as the law asks."),
    Tag.SAFETY_EXPORTED: N_("A report of a possible side effect was downloaded."),
    Tag.SAFETY_WORDS_DELETED: N_("What you wrote of a possible side effect was deleted."),
    Tag.SAFETY_ALARMED: N_("Staff were reminded of a possible side effect."),
    Tag.QUESTION_ANSWERED: N_("A question of a study was answered."),
    Tag.REACH_CHOSEN: N_("A study centre was chosen, or how it may reach you."),
    Tag.RELEASED: N_("A study centre was allowed to see your contact details."),
    Tag.RELEASE_ENDED: N_("A study centre was allowed no more to see your contact details."),
    Tag.REFERRALS_SHOWN: N_("You stood in a list of people who said yes to a study."),
    Tag.RELEASED_SHOWN: N_("Your name and contact details were looked at."),
    Tag.APPOINTMENT_BOOKED: N_("An appointment was made or moved."),
    Tag.APPOINTMENT_CANCELLED: N_("An appointment was cancelled."),
    Tag.APPOINTMENT_REMINDED: N_("You were reminded of an appointment."),
    Tag.MATCH_EXPLAINED: N_("Somebody looked closely at how a study could suit you."),
    Tag.MATCH_SHOWN: N_("You stood in a list of people whom a study could suit."),
    Tag.MATCH_DECIDED: N_("Somebody decided whether to ask you about a study."),
    Tag.MATCH_UNDECIDED: N_("That decision was taken back."),
    Tag.PATH_ENDED: N_("Your way to a study ended, because you took back a yes."),
    Tag.PATH_SHOWN: N_("Where you stand in a study was looked at."),
    Tag.SITE_CALLED: N_("A study centre tried to reach you."),
    Tag.SITE_REPORTED: N_("A study centre wrote down how it goes on with you."),
    Tag.SITE_UNDID: N_("A study centre took back what it had written down."),
    Tag.SIGNED_IN: N_("Your space was opened."),
    Tag.SIGNED_OUT: N_("Your space was closed on every device."),
    Tag.SECOND_FACTOR_PROVED: N_("A passkey was used."),
    Tag.PASSKEY_ADDED: N_("A passkey was added."),
    Tag.PASSKEY_REMOVED: N_("A passkey was removed."),
}
OTHER: Final = N_("Something else was done ({tag}).")
ROLES: Final = {
    Role.COORDINATOR: N_("A coordinator"),
    Role.ADMINISTRATOR: N_("An administrator"),
    Role.SPONSOR: N_("Somebody of a study’s sponsor"),
    Role.PROFESSIONAL: N_("A health professional"),
    Role.COMMUNITY: N_("Somebody of your community"),
}
PARTIES: Final = {
    Party.SELF: N_("You"),
    Party.OPERATOR: N_("An administrator of this service"),
    Party.VISITOR: N_("Somebody who was not signed in"),
    Party.LINK: N_("Somebody with a link that we sent you"),
    Party.SERVICE: N_("This service, by itself"),
    Party.STAFF: N_("Somebody of our staff"),
}
# Rows about these say in `new` which study it was.
OF_A_STUDY: Final = frozenset(
    {
        Tag.ANSWERED,
        Tag.MATCH_EXPLAINED,
        Tag.MATCH_SHOWN,
        Tag.MATCH_DECIDED,
        Tag.MATCH_UNDECIDED,
        Tag.QUESTION_ANSWERED,
        Tag.REACH_CHOSEN,
        Tag.RELEASED,
        Tag.RELEASE_ENDED,
        Tag.PATH_ENDED,
        Tag.PATH_SHOWN,
        Tag.SITE_CALLED,
        Tag.SITE_REPORTED,
        Tag.SITE_UNDID,
        Tag.REFERRALS_SHOWN,
        Tag.RELEASED_SHOWN,
        Tag.APPOINTMENT_BOOKED,
        Tag.APPOINTMENT_CANCELLED,
        Tag.APPOINTMENT_REMINDED,
    }
)


@pages.get("/me/record")
@participant
def seen() -> str:
    """The record, newest first."""
    person = whose()
    with reading(service().engine) as database:
        page = page_of_deeds(database, service().vault, person, asked_page())
        since = participant_row(database, person)
    return render_template(
        "me/record.html",
        page=page,
        lines=[(deed, what(deed), who(deed.by), study(deed)) for deed in page.items],
        since=since["created_at"],
        community=None if since["community"] == DIRECT else since["community"],
        address=lambda number: url_for("my_record.seen", page=number),
    )


def what(deed: Deed) -> str:
    """What was done, in the reader's language."""
    words = WHAT.get(Tag(deed.tag)) if deed.tag in set(Tag) else None
    return say(words) if words else say(OTHER, tag=deed.tag)


def who(by: By) -> str:
    """Who did it, in the reader's language."""
    if by.party is Party.REPRESENTATIVE:
        if by.name is None:
            return say(N_("Somebody who acted for you"))
        return say(N_("{name}, who acts for you"), name=by.name)
    if by.role in ROLES:
        role = say(ROLES[by.role])
        return f"{role}, {by.organisation}" if by.organisation else role
    if by.party is Party.SELF and acting():
        return say(N_("The person you act for"))
    return say(PARTIES[by.party])


def study(deed: Deed) -> Worded | None:
    """The title of the study that a row speaks of."""
    if deed.tag not in OF_A_STUDY or not deed.new:
        return None
    with reading(service().engine) as database:
        try:
            return public_title(database, deed.new, language())
        except NotFound:
            return None
