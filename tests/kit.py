"""A study whose texts to pass on are approved, for tests."""

from collections.abc import Iterable

from sqlalchemy import Engine, select

from recruit.core.db import reading, unit_of_work
from recruit.trials.draft import TrialDraft
from recruit.trials.materials.checks import BLANK
from recruit.trials.materials.content import SHARED, Channel
from recruit.trials.materials.links import SHARE_LINK
from recruit.trials.posting import store as postings
from recruit.trials.posting.reading import begun
from recruit.trials.posting.tables import POSTING
from tests.materials import AUTHOR, Desk
from tests.web_world import lexicon

FILLED = {"en": "one thing or another", "fr": "une chose ou une autre"}


def posted(engine: Engine, draft: TrialDraft, channels: Iterable[Channel] = SHARED) -> Desk:
    """A published posting of a study, with approved texts for some channels in both languages."""
    with unit_of_work(engine) as session:
        number = postings.new_id()
        content = begun(draft, lexicon())
        postings.begin(session, number, content, organisation=None, author=AUTHOR)
        session.execute(POSTING.update().where(POSTING.c.id == number).values(published=1))
    found = Desk(engine, lexicon(), number)
    for channel in channels:
        for tongue in ("en", "fr"):
            here = found.on(channel, tongue)
            texts = {part: BLANK.sub(FILLED[tongue], words) for part, words in here.texts.items()}
            here.approve(here.submitted(texts=texts))
    return found


def code_of(desk: Desk) -> str:
    """The code of the address of a text."""
    with reading(desk.engine) as session:
        query = select(SHARE_LINK.c.code).where(
            SHARE_LINK.c.posting == desk.posting,
            SHARE_LINK.c.channel == desk.channel.value,
            SHARE_LINK.c.language == desk.language,
        )
        return str(session.scalar(query))
