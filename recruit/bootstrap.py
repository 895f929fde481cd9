"""Where the parts are put together: settings, database, lexicon. Nothing else wires anything."""

from dataclasses import dataclass
from functools import cached_property, partial
from os import getpid
from socket import gethostname
from threading import Event
from typing import TYPE_CHECKING

from recruit.core.config import Settings, read_settings
from recruit.core.garbage import undisturbed

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from recruit.actions.population import Crowd
    from recruit.actions.visits.ending import Voice
    from recruit.core.keys import Secrets
    from recruit.core.timekeeping import Timekeeper
    from recruit.notify.courier import Courier
    from recruit.notify.post import Delivered
    from recruit.notify.worker import Sending
    from recruit.terminology.lexicon import Lexicon

# Each part is imported when it is first used: `recruit --help` needs none of them.


@dataclass(frozen=True)
class Recruit:
    """One running Recruit: its settings and the parts that were made from them."""

    settings: Settings

    @cached_property
    def ending(self) -> Event:
        """Set when this process is to end: messages in hand are finished, no more are claimed."""
        return Event()

    @cached_property
    def database(self) -> "Engine":
        """The database as it is, whatever its schema."""
        from recruit.core.db import connect  # noqa: PLC0415 - see above

        return connect(self.settings.database)

    @cached_property
    def engine(self) -> "Engine":
        """The database, ready for use: a new SQLite file gets its tables, others must have them."""
        from recruit.core.db import prepare  # noqa: PLC0415 - see above

        prepare(self.database)
        return self.database

    def close(self) -> None:
        """End what runs beside, and the connections to the database."""
        self.ending.set()
        if "courier" in self.__dict__:
            self.courier.stop()
        if "sending" in self.__dict__:
            self.sending.engine.dispose()
        if "database" in self.__dict__:
            self.database.dispose()

    @cached_property
    def lexicon(self) -> "Lexicon":
        """The compiled lexicon; compiled first when it is missing or stale."""
        from recruit.terminology.build import open_lexicon  # noqa: PLC0415 - see above

        return open_lexicon(self.settings.data_folder)

    @cached_property
    def secrets(self) -> "Secrets":
        """The keys of sessions, vault and erasures."""
        from recruit.core.keys import read_secrets  # noqa: PLC0415 - see above

        return read_secrets(self.settings)

    def prove_keys(self) -> None:
        """Find out before anything is written whether these are the keys of this database.

        Raises:
            SealBroken: it was written with others.
        """
        from recruit.people.key_proofs import prove  # noqa: PLC0415 - see above

        prove(self.engine, self.secrets)

    @cached_property
    def crowd(self) -> "Crowd":
        """Everybody who consents to matching, as sponsors' counts need them."""
        from recruit.actions.population import Crowd  # noqa: PLC0415 - see above
        from recruit.disclosure.sketch import marking_key  # noqa: PLC0415 - see above

        return Crowd(self.settings.data_folder, marking_key(self.secrets))

    @property
    def voice(self) -> "Voice":
        """How somebody is told that a visit is off."""
        from recruit.actions.visits.ending import Voice  # noqa: PLC0415 - see above

        return Voice.of(self.secrets.vault, self.settings.base_url)

    def deliver(self) -> "Delivered":
        """Send the messages that are due."""
        from recruit.core.clock import now  # noqa: PLC0415 - see above
        from recruit.notify.carriers import carriers  # noqa: PLC0415 - see above
        from recruit.notify.post import deliver  # noqa: PLC0415 - see above

        return deliver(self.engine, self.secrets.vault, carriers(self.settings), now(), self.ending)

    @cached_property
    def timekeeper(self) -> "Timekeeper":
        """Who notices that this machine's clock is off."""
        from recruit.core.timekeeping import Timekeeper  # noqa: PLC0415 - see above

        return Timekeeper()

    @cached_property
    def sending(self) -> "Sending":
        """What messages about studies are sent by, from this process.

        Raises:
            WrongUsage: the links in them would cross a network in the clear.
        """
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - see above

        from recruit.actions.outreach.gates import Desk, gates  # noqa: PLC0415 - see above
        from recruit.actions.outreach.scene import prepare  # noqa: PLC0415 - see above
        from recruit.actions.outreach.writing import Writer  # noqa: PLC0415 - see above
        from recruit.core.db import connect  # noqa: PLC0415 - see above
        from recruit.core.tokens import token  # noqa: PLC0415 - see above
        from recruit.notify.transports import transports  # noqa: PLC0415 - see above
        from recruit.notify.worker import LONGEST_PAUSE, Sending  # noqa: PLC0415 - see above

        _ = self.engine  # which sees to it that the database is ready
        zone, vault = ZoneInfo(self.settings.timezone), self.secrets.vault
        desk = Desk(vault, zone)
        return Sending(
            connect(self.settings.database, longest_pause=LONGEST_PAUSE, keeps_plans=True),
            partial(prepare, desk=desk),
            gates(desk),
            Writer(vault, self.settings.base_url, zone),
            transports(self.settings),
            worker=f"{gethostname()[:24]}-{getpid()}-{token()[:8]}",
            ending=self.ending,
        )

    @cached_property
    def courier(self) -> "Courier":
        """Who delivers beside the pages, whenever something was posted."""
        from recruit.notify.courier import Courier  # noqa: PLC0415 - see above

        return Courier(self.deliver)

    @undisturbed()
    def pages(self) -> "Flask":
        """The web application; what its visitors are sent goes out right after each answer."""
        from recruit.api.app import attach  # noqa: PLC0415 - see above
        from recruit.web.app import create_app  # noqa: PLC0415 - see above
        from recruit.web.posting import deliver_after_answers  # noqa: PLC0415 - see above
        from recruit.web.service import EXTENSION  # noqa: PLC0415 - see above

        pages = create_app(self.settings, self.engine, lambda: self.lexicon, self.secrets)
        shelf = pages.extensions[EXTENSION].shelf
        attach(pages, self.engine, lambda: self.lexicon, self.secrets, self.settings, shelf)
        deliver_after_answers(pages, self.courier.wake)
        return pages


def start() -> Recruit:
    """Recruit as the environment says."""
    return Recruit(read_settings())
