"""Where the parts are put together: settings, database, lexicon. Nothing else wires anything."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from recruit.core.config import Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from recruit.core.keys import Secrets
    from recruit.terminology.lexicon import Lexicon

# Each part is imported when it is first used: `recruit --help` needs none of them.


@dataclass(frozen=True)
class Recruit:
    """One running Recruit: its settings and the parts that were made from them."""

    settings: Settings

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
        """End the connections to the database."""
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

    def pages(self) -> "Flask":
        """The web application."""
        from recruit.web.app import create_app  # noqa: PLC0415 - see above

        return create_app(self.settings, self.engine, lambda: self.lexicon, self.secrets)


def start() -> Recruit:
    """Recruit as the environment says."""
    return Recruit(read_settings())
