"""No table keeps something under a pseudonym that an erasure does not know of."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

import recruit
from recruit.actions.erased import LEAVES, STAYS
from recruit.people.tables import PARTICIPANT

PSEUDONYMS = {"person", "holder", "pseudonym", "representative", "participant"}
# Tables without a pseudonym, and why an erasure needs to know nothing of them.
NAMELESS = {
    "account_key": "of accounts of the staff",
    "api_answer": "sealed under the caller's own key, and gone after a day",
    "appointment": "by number of a path, with which it goes",
    "appointment_slot": "about sites; who offers it is an account",
    "attachment": "sealed; it goes with its message, and with it the key of its file",
    "chain_head": "about the chains",
    "channel_standing": "about channels",
    "code": "sealed; codes.forget opens it; a link to stay holds a pseudonym and a day",
    "community": "about communities",
    "community_heard": "digests of events, whoever they were about",
    "community_hook": "about communities",
    "community_inbound": "about communities",
    "community_key": "about communities",
    "community_mapping": "about communities",
    "community_provider": "about communities",
    "community_pull": "about communities",
    "community_staffed": "about communities",
    "community_terms": "about communities",
    "count_asked": "about sponsors",
    "count_given": "about sponsors; marks under a key, in which nobody is found without it",
    "judged_run": "about runs of matching",
    "judged_trial": "about trials",
    "key_proof": "about the keys",
    "letter_batch": "about batches for the print house",
    "letter_printed": "about letters, by number; they go with their message",
    "material_approved": "about trials; authors and approver are accounts",
    "material_decision": "about trials; an author is an account",
    "material_draft": "about trials; authors are accounts",
    "material_suspended": "about trials; an author is an account",
    "match_claim": "by number of a match, with which it goes; who has it is an account",
    "message": "sealed; post.forget opens it",
    "misread": "about rules of trials; who said it is an account, and names nobody",
    "organisation": "about organisations",
    "posting": "about trials",
    "posting_deed": "about trials; an author is an account",
    "posting_revision": "about trials; an author is an account",
    "posting_telling": "about trials: which texts are to be told, not to whom",
    "outbox_link": "digests of random tokens; they go with their message",
    "outbox_step": "about messages, by number; they go with their message",
    "outreach_round": "about trials: how many were asked, not who",
    "paper_form": "sealed, and emptied once two entries agree; a sheet’s reference leads to nobody",
    "passkey": "goes with its account",
    "professional": "about accounts of professionals; the name is sealed",
    "professional_question": "of accounts of professionals; sealed, refused if it names people",
    "public_answer": "about trials, for everybody; an author is an account",
    "public_word": "sealed; nobody knows whose it is, and it is emptied once it is dealt with",
    "rate": "keyed digests of addresses and keys, for two days at most",
    "referral_attempt": "about paths, by number; they go with their path",
    "referral_question": "digests of questions; they go with their path",
    "referral_step": "about paths, by number; they go with their path",
    "registry_look": "about trials",
    "registry_proposal": "about trials; who decides is an account",
    "safety_step": "by number of a case: what staff did",
    "safety_version": "by number of a case; sealed, marked out, and kept for a term",
    "safety_word": "by number of a case; sealed, and marked out or deleted (safety/keeping.py)",
    "site_centre": "about trials",
    "share_count": "how often an address led somebody here, by day; not whom",
    "share_link": "about trials",
    "snippet": "answers written beforehand, for everybody",
    "snippet_version": "the same; an author is an account",
    "staff_reminder": "about accounts of the staff: how many people wait, not who",
    "suppression": "keyed hashes of addresses, which an imported list must not bring back",
    "suppression_key": "the key of those hashes, sealed",
    "trial": "about trials",
    "trial_organisation": "about trials",
    "trial_site": "about trials",
    "trial_version": "about trials",
}


def tables() -> list[Table]:
    """All tables of the code, wherever they are."""
    for module in walk_packages(recruit.__path__, "recruit."):
        if not module.name.startswith(
            ("recruit.core.migrations", "recruit.__main__", "recruit.wsgi")
        ):
            import_module(module.name)
    return list(SQLModel.metadata.tables.values())


TABLES = tables()
KNOWN = {*LEAVES, *STAYS}


def is_pseudonym(column: Column[object]) -> bool:
    leads_to = {key.column for key in column.foreign_keys}
    return column.name in PSEUDONYMS or PARTICIPANT.c.pseudonym in leads_to


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_erasure_knows_every_column_that_holds_a_pseudonym(table: Table) -> None:
    forgotten = [str(column) for column in table.c if is_pseudonym(column) and column not in KNOWN]
    assert forgotten == [], "belongs into LEAVES or STAYS of recruit/actions/erased.py"


def test_a_table_without_a_pseudonym_says_why() -> None:
    known = {column.table.name for column in KNOWN}
    assert {table.name for table in TABLES} - known == set(NAMELESS)


def test_what_leaves_does_not_stay() -> None:
    assert set(LEAVES).isdisjoint(STAYS)


def test_whatever_stays_says_why() -> None:
    assert all(STAYS.values())


def test_what_refers_goes_before_what_is_referred_to() -> None:
    gone: set[Table] = set()
    for column in LEAVES:
        gone.add(column.table)
        referred = {key.column.table for key in column.table.foreign_keys}
        assert referred.isdisjoint(gone - {column.table}), column
