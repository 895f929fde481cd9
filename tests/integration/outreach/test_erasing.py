"""An erasure lets no message leave that came between stopping and erasing."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from recruit.actions import erasure
from recruit.consent.entry import Actor, Role
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff
from recruit.notify.outbox_tables import OUTBOX_STEP
from recruit.notify.stages import Claim, Fate, Told
from recruit.terminology.lexicon import Lexicon
from tests.asking import SECRETS
from tests.outreach import queued, study, willing


def test_a_message_that_comes_between_stopping_and_erasing_is_waited_for(
    engine: Engine, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, who = study(engine, lexicon), willing(engine)
    on_its_way: list[Claim] = []

    def let_one_leave(_: Engine, person: str) -> bool:
        with unit_of_work(engine) as session:
            if on_its_way:
                handoff.finish(session, Told(on_its_way.pop(), Fate.SENT), now())
                return True
        queued(engine, here, person)
        with unit_of_work(engine) as session:
            [mine] = handoff.claim(session, "one", now())
            assert handoff.open_handoff(session, mine, (), now())
            assert handoff.send_data(session, mine, (), now())
            on_its_way.append(mine)
        return True

    monkeypatch.setattr(erasure, "settled", let_one_leave)
    erasure.erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    assert on_its_way == []
    with reading(engine) as session:
        query = select(CONSENT.c.type).where(CONSENT.c.person == who).order_by(CONSENT.c.sequence)
        assert list(session.scalars(query))[-2:] == ["withdrawn", "erased"]


def test_the_steps_of_a_message_go_with_it(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    here, who, other = study(engine, lexicon), willing(engine), willing(engine, "ben")
    number = queued(engine, here, who)
    kept = queued(engine, here, other)
    erasure.erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    with reading(engine) as session:
        assert set(session.scalars(select(OUTBOX_STEP.c.message).distinct())) == {kept}
        assert number != kept
