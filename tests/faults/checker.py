"""Reads what the server wrote and what the database says, and finds every broken promise.

It shares no code with the outbox: plain SQL, its own list of states and of the steps between them.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

PENDING = {"approved", "queued", "claimed", "handoff_open", "data_sent", "deferred"}
TERMINAL = {"accepted", "delivered", "bounced", "complained"} | {
    "cancelled",
    "suppressed",
    "expired",
    "failed",
}
LEFT = {"accepted", "delivered", "bounced", "complained", "unknown", "data_sent"}
# Which step may follow which; a first step is approved, or queued where a test put it there.
RECEIPTS = {"delivered", "bounced", "complained"}
STEPS = {
    "": {"approved", "queued"},
    "approved": {"queued", "cancelled", "suppressed", "expired"},
    "queued": {"claimed", "cancelled", "suppressed", "expired"},
    "deferred": {"claimed", "cancelled", "suppressed", "expired"},
    "claimed": {"handoff_open", "deferred", "cancelled", "suppressed", "expired", "failed"},
    "handoff_open": {"data_sent", "deferred", "cancelled", "suppressed", "expired", "failed"},
    "data_sent": {"accepted", "deferred", "failed", "unknown", "expired"},
    "unknown": {"accepted", "deferred", "failed"} | RECEIPTS,
    "accepted": RECEIPTS,
    "delivered": {"bounced", "complained"},
    "bounced": {"complained"},
}
# A decision that was taken back may be taken again while no worker ever had the message (fence 0).
# A receipt may come for an earlier try; where there was none, nothing may follow from one.
AFTER_A_TRY = {
    "queued",
    "deferred",
    "claimed",
    "handoff_open",
    "data_sent",
    "cancelled",
    "suppressed",
    "expired",
    "failed",
}


@dataclass(frozen=True)
class Findings:
    """What was counted, and every promise that was broken, as a sentence."""

    messages: int
    at_the_server: int
    states: Counter[str]
    broken: list[str] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """How many may have been sent or not."""
        return self.states["unknown"]


def received(file: Path) -> dict[str, list[float]]:
    """When each reference arrived whole at the server, as often as it did."""
    found: dict[str, list[float]] = {}
    if file.exists():
        for line in file.read_text().splitlines():
            message = json.loads(line)
            reference = message["id"].partition("@")[0]
            found.setdefault(reference, []).append(message["arrived"])
    return found


def check(  # noqa: PLR0913 - what happened in a run
    url: str,
    sink: Path,
    *,
    committed: int,
    kills: int = 0,
    workers: int = 1,
    withdrawn: dict[str, float] | None = None,
) -> Findings:
    """Hold the server's file against the database, with the moment of each withdrawal's 200."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, reference, person, trial, wave, channel, state FROM outbox")
        ).all()
        steps = connection.execute(
            text("SELECT message, state, fence FROM outbox_step ORDER BY message, id")
        ).all()
    engine.dispose()
    arrived = received(sink)
    states = Counter(row.state for row in rows)
    broken: list[str] = []
    if len(rows) != committed or sum(states.values()) != committed:
        broken.append(f"P3: {committed} committed, {len(rows)} there")
    strange = set(states) - PENDING - TERMINAL - {"unknown"}
    if strange:
        broken.append(f"P3: states nobody knows: {sorted(strange)}")
    often = {each: len(when) for each, when in arrived.items() if len(when) > 1}
    broken += [f"P2: {each} arrived {count} times" for each, count in often.items()]
    keys = Counter((row.trial, row.person, row.wave, row.channel) for row in rows)
    broken += [f"P2: {key} is there {count} times" for key, count in keys.items() if count > 1]
    by_reference = {row.reference: row for row in rows}
    for each in arrived:
        row = by_reference.get(each)
        if row is None:
            broken.append(f"P3: {each} arrived and is in no row")
        elif row.state not in LEFT:
            broken.append(f"P3: message {row.id} arrived and stands as {row.state}")
    broken += [
        f"P3: message {row.id} stands as {row.state} and never arrived"
        for row in rows
        if row.state in {"accepted", "delivered"} and row.reference not in arrived
    ]
    if states["unknown"] > kills * workers:
        broken.append(f"P3: {states['unknown']} unknown after {kills} kills of {workers} workers")
    for person, answered in (withdrawn or {}).items():
        late = [
            row.reference
            for row in rows
            if row.person == person and any(at > answered for at in arrived.get(row.reference, ()))
        ]
        broken += [f"P1: {each} arrived after the withdrawal’s 200" for each in late]
    broken += _wrong_steps(steps)
    return Findings(len(rows), len(arrived), states, broken)


def _wrong_steps(steps: object) -> list[str]:
    wrong: list[str] = []
    message, before, fence, tried = None, "", 0, False
    for step in steps:  # type: ignore[attr-defined]  # rows of a query
        if step.message != message:
            message, before, fence, tried = step.message, "", 0, False
        anew = before == "cancelled" and step.state == "approved" and step.fence == fence == 0
        late = tried and before in AFTER_A_TRY and step.state in RECEIPTS
        if step.state not in STEPS.get(before, set()) and not (late or anew):
            wrong.append(f"message {message} went from {before or 'nothing'} to {step.state}")
        if step.state == "claimed" and step.fence != fence + 1:
            wrong.append(f"message {message} was claimed as {step.fence} after {fence}")
        before, fence = step.state, step.fence
        tried = tried or step.state == "data_sent"
    return wrong
