"""The pages for gunicorn: `gunicorn --config python:recruit.gunicorn_config`.

Settings come from the environment, as for `recruit serve`. Jobs run elsewhere: `recruit worker`.
"""

import sys
from typing import Final

import structlog

from recruit.bootstrap import Recruit, start
from recruit.core import logs
from recruit.core.db import reading
from recruit.core.errors import RecruitError
from recruit.referrals.safety import suspected
from recruit.web.proxy import behind
from recruit.web.service import EXTENSION

log = structlog.get_logger(__name__)


def _started() -> Recruit:
    """Recruit as the environment says; where it cannot start, one sentence says why."""
    try:
        recruit = start()
        recruit.prove_keys()
    except RecruitError as error:
        log.error("not started", reason=str(error))  # noqa: TRY400 - a sentence says it
        sys.exit(error.exit_status)
    return recruit


logs.to_stderr()
running: Final = _started()
pages: Final = running.pages()
application: Final = behind(running.settings.trusted_proxy, pages)
suspected("bonjour")  # reads its tables now, and not while somebody's first message waits
with reading(running.engine) as session:  # the same; workers that are forked from here share it
    pages.extensions[EXTENSION].shelf.count_open(session)
