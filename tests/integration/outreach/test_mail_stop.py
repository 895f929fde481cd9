"""A mail program that knows no pages stops our messages by writing where we said."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import Engine, select

from recruit.actions.outreach.receipts import What, take_mail
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.notify.channels.mail import Sender, mail
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.terminology.lexicon import Lexicon
from tests.outreach import RING, queued, study, willing

FROM = Sender("studies@example.org", bounces="bounce@example.org")
LINK = re.compile(r"<mailto:([^?>]+)\?subject=([^>]+)>")


def test_what_a_mail_program_writes_for_its_reader_ends_messages_by_mail(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    person = willing(engine)
    number = queued(engine, study(engine, lexicon), person)
    with reading(engine) as session:
        reference = session.scalars(select(OUTBOX.c.reference).where(OUTBOX.c.id == number)).one()
    letter = Letter(
        reference,
        "camille@example.org",
        "Bonjour",
        "Une étude",
        one_click="https://recruit.example.org/u/x",
    )
    sent = message_from_bytes(mail(letter, FROM).content, policy=default)
    found = LINK.search(sent["List-Unsubscribe"])
    assert found
    raw = f"From: camille@example.org\r\nTo: {found[1]}\r\nSubject: {found[2]}\r\n\r\n".encode()
    said = take_mail(
        engine, RING, raw, now(), base_url="https://recruit.example.org", folder=tmp_path
    )
    assert said is What.REPLY
    with reading(engine) as session:
        own = ledger.standings(session, {person})[person]
    by_mail = own.get(Choice(Purpose.CONTACT, Channel.EMAIL))
    assert by_mail is not None
    assert not by_mail.holds(now())
