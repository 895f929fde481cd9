"""Whoever asks what is kept about them is told of messages and answers, and of no link in them."""

from sqlalchemy import Engine, select

from recruit.actions.export import export_person
from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.notify.outbox_tables import OUTBOX
from recruit.terminology.lexicon import Lexicon
from tests.asking import hand
from tests.outreach import RING, queued, study, willing


def test_an_export_holds_messages_and_answers(engine: Engine, lexicon: Lexicon) -> None:
    here, who = study(engine, lexicon), willing(engine)
    queued(engine, here, who)
    said = Answering(hand(who), here.trial, Answer.NOT_NOW, How.PAGE, now())
    answers.answer(engine, RING, said)

    exported = export_person(engine, RING, lexicon, person=who, actor="own account")

    [message] = exported["messages"]
    assert (message["trial"], message["wave"], message["channel"], message["state"]) == (
        here.trial, "invitation", "email", "cancelled",
    )  # fmt: skip
    assert [step["state"] for step in message["steps"]] == ["approved", "queued", "cancelled"]
    [answer] = exported["answers"]
    assert (answer["trial"], answer["answer"], answer["how"]) == (here.trial, "not now", "page")


def test_an_export_holds_nothing_to_act_by(engine: Engine, lexicon: Lexicon) -> None:
    here, who = study(engine, lexicon), willing(engine)
    queued(engine, here, who)
    exported = export_person(engine, RING, lexicon, person=who, actor="own account")
    with reading(engine) as session:
        reference = str(session.scalar(select(OUTBOX.c.reference)))
    assert reference not in str(exported)
    assert "account 5" not in str(exported["messages"])
