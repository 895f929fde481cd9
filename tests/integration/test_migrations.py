"""The database that migrations make is the one that the code expects."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import recruit.actions.match_table
import recruit.actions.outreach.answer_table
import recruit.actions.outreach.batch_table
import recruit.actions.outreach.round_table
import recruit.actions.professionals.tables
import recruit.actions.public_words.tables
import recruit.actions.question_table
import recruit.actions.reviewing.tables
import recruit.actions.safety.tables
import recruit.actions.words_table
import recruit.api.tables
import recruit.audit.tables
import recruit.consent.tables
import recruit.disclosure.tables
import recruit.notify.outbox_tables
import recruit.notify.receipt_tables
import recruit.notify.tables
import recruit.people.account_tables
import recruit.people.code_tables
import recruit.people.communities.tables
import recruit.people.key_proofs
import recruit.people.professionals.tables
import recruit.people.representative_tables
import recruit.people.tables
import recruit.people.vault_tables
import recruit.referrals.tables
import recruit.trials.centres
import recruit.trials.looks
import recruit.trials.materials.tables
import recruit.trials.materials.telling
import recruit.trials.posting.publications
import recruit.trials.posting.tables
import recruit.trials.proposals
import recruit.trials.tables
import recruit.trials.tenants  # noqa: F401 - importing the tables makes them known
from recruit.core.db import connect, is_current, migrations, upgrade


def test_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert differences == []


def test_a_migrated_database_is_current_and_stays_so_when_upgraded_again(engine: Engine) -> None:
    upgrade(engine)

    assert is_current(engine)


def test_the_words_of_a_case_are_by_the_way_they_came_from_0030_on(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'older.db'}")  # which lets no row point nowhere
    command.upgrade(migrations(engine), "0027")
    talk = (
        "INSERT INTO conversation (id, key, waits, newest_at)"
        " VALUES (1, 'k', 1, '2026-11-20 12:00')"
    )
    heard = (
        "INSERT INTO heard (id, channel, mark, sealed, heard_at, conversation, how)"
        " VALUES (1, 'email', 'a', '', '2026-11-20 12:00', 1, 'page')"
    )
    case = (
        "INSERT INTO safety_case (id, state, aware_at, alarmed, edit)"
        " VALUES (1, 'open', '2026-11-20 12:00', 0, 1)"
    )
    copies = (
        'INSERT INTO safety_word (id, "case", mark, channel, heard_at)'
        " VALUES (1, 1, 'a', 'email', '2026-11-20 12:00'),"
        " (2, 1, 'b', 'email', '2026-11-20 12:00'), (3, 1, 'c', 'phone', '2026-11-20 12:00')"
    )
    with engine.begin() as connection:
        for rows in (talk, heard, case, copies):
            connection.execute(text(rows))
    upgrade(engine)
    with engine.connect() as connection:
        ways = connection.scalars(text("SELECT how FROM safety_word ORDER BY id")).all()
    engine.dispose()
    assert ways == ["page", "mail", "phone"]


def test_an_older_database_is_not_current(engine: Engine) -> None:
    command.stamp(migrations(engine), "base")

    assert not is_current(engine)
