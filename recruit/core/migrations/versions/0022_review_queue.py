"""What a row of the review queue shows and is sorted by."""

import json

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STANDS = sa.text("superseded_at IS NULL")
PART = 5_000
LETS_IN = {("inclusion", "yes"), ("exclusion", "no")}


def upgrade() -> None:
    """Make the columns, and count what they hold; the next run finds the nearest sites."""
    for column in (
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("against", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_open", sa.Integer(), nullable=True),
        sa.Column("km", sa.Float(), nullable=True),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("placed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("since", UTCDateTime(), nullable=True),
        sa.Column("answered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    ):
        op.add_column("match", column)
    op.execute(sa.text("UPDATE match SET since = made_at"))
    _count(op.get_bind())
    with op.batch_alter_table("match") as match:
        match.alter_column("since", existing_type=UTCDateTime(), nullable=False)
    best = sa.text("score DESC")
    queues: tuple[tuple[str, list[str | sa.TextClause]], ...] = (
        ("match_queue", ["state", best, "id"]),
        ("match_queue_of_trial", ["trial", "state", best, "id"]),
        ("match_by_place", ["trial", "placed", "site"]),
    )
    for name, columns in queues:
        op.create_index(name, "match", columns, sqlite_where=STANDS, postgresql_where=STANDS)
    amended = sa.text("reason = 'trial amended'")
    op.create_index(
        "match_amended",
        "match",
        ["superseded_at"],
        sqlite_where=amended,
        postgresql_where=amended,
    )


def _count(database: sa.Connection) -> None:
    """How the criteria of each match stand, from what is stored of it."""
    number, text, whole = sa.Integer(), sa.Text(), sa.JSON()
    match = sa.table(
        "match",
        sa.column("id", number),
        sa.column("trial", text),
        sa.column("trial_version", number),
        sa.column("truths", whole),
        *(sa.column(name, number) for name in ("held", "against", "unknown", "first_open")),
    )
    version = sa.table(
        "trial_version",
        sa.column("trial", text),
        sa.column("number", number),
        sa.column("eligibility", text),
    )
    change = (
        sa.update(match)
        .where(match.c.id == sa.bindparam("this"))
        .values({name: sa.bindparam(f"new_{name}") for name in _counted([], [])})
    )
    pairs = database.execute(sa.select(match.c.trial, match.c.trial_version).distinct()).all()
    for trial, which in pairs:
        of_version = (version.c.trial == trial) & (version.c.number == which)
        read = database.execute(sa.select(version.c.eligibility).where(of_version)).scalar_one()
        kinds = [each["kind"] for each in json.loads(read)["criteria"]]
        mine = (match.c.trial == trial) & (match.c.trial_version == which)
        rows = database.execute(sa.select(match.c.id, match.c.truths).where(mine)).all()
        for start in range(0, len(rows), PART):
            database.execute(
                change,
                [
                    {"this": row.id}
                    | {f"new_{name}": n for name, n in _counted(kinds, row.truths).items()}
                    for row in rows[start : start + PART]
                ],
            )


def _counted(kinds: list[str], truths: list[str]) -> dict[str, int | None]:
    held = sum(each in LETS_IN for each in zip(kinds, truths, strict=False))
    unknown = truths.count("unknown")
    return {
        "held": held,
        "against": len(truths) - held - unknown,
        "unknown": unknown,
        "first_open": truths.index("unknown") if unknown else None,
    }
