"""An administrator at a desk with messages in every state."""

from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select, update

from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import Secrets
from recruit.notify import reputation, suppression
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.reputation import Standing
from recruit.notify.stages import Reason, State
from recruit.notify.suppression import Cause
from recruit.web.service import EXTENSION
from tests import outreach
from tests.web_world import ADMINISTRATOR, World, csrf, lexicon

PAGE = "/admin/deliveries"
WHERE = "camille@example.org"


class Desk:
    """An administrator's browser, and some messages to look at."""

    def __init__(self, world: World) -> None:
        self.world, self.engine = world, world.engine
        self.client: FlaskClient = world.enter(ADMINISTRATOR)
        self.study = outreach.study(world.engine, lexicon())
        self.person = outreach.willing(world.engine)

    def message(
        self, state: State, reason: Reason | None = None, channel: Channel = Channel.EMAIL
    ) -> int:
        """A message to somebody of their own, standing so."""
        count = len(self.references()) + 1
        person = outreach.willing(self.engine, f"person{count}") if count > 1 else self.person
        number = outreach.queued(self.engine, self.study, person, channel)
        self.stand(number, state, reason)
        return number

    def stand(self, number: int, state: State, reason: Reason | None = None) -> None:
        with unit_of_work(self.engine) as session:
            values = {
                "state": state.value,
                "reason": reason.value if reason else None,
                "sent_at": now(),
                "changed_at": now(),
            }
            session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(values))

    def references(self) -> dict[int, str]:
        with reading(self.engine) as session:
            rows = session.execute(select(OUTBOX.c.id, OUTBOX.c.reference))
            return {row.id: row.reference for row in rows}

    def get(self, query: str = "", page: str = PAGE) -> str:
        answer = self.client.get(f"{page}?lang=en{query}")
        assert answer.status_code == 200
        return unescape(answer.text)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        token = csrf(self.client, PAGE)
        answer = self.client.post(f"{PAGE}{path}?lang=en", data={"csrf_token": token, **fields})
        return answer.status_code, unescape(answer.text)

    def tags(self, tag: Tag) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            query = select(AUDIT).where(AUDIT.c.tag == tag.value).order_by(AUDIT.c.sequence)
            return [(row.subject, row.reason) for row in session.execute(query)]

    def stop(self) -> None:
        """Let e-mail be stopped for its complaints."""
        for _ in range(4):
            self.message(State.COMPLAINED, Reason.RECEIPT)
        assert reputation.look(self.engine, now())[Channel.EMAIL] is Standing.STOPPED

    @property
    def secrets(self) -> Secrets:
        kept: Secrets = self.world.app.extensions[EXTENSION].secrets
        return kept

    def end(self, where: str = WHERE) -> None:
        with unit_of_work(self.engine) as session:
            suppression.suppress(
                session, self.secrets.vault, Channel.EMAIL, where, Cause.BOUNCE, now()
            )

    def is_over(self, where: str = WHERE) -> bool:
        with reading(self.engine) as session:
            return suppression.is_suppressed(session, self.secrets.vault, Channel.EMAIL, where)
