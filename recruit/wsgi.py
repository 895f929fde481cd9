"""The pages for gunicorn: `gunicorn --config python:recruit.gunicorn_config`.

Settings come from the environment, as for `recruit serve`. Jobs run elsewhere: `recruit worker`.
"""

import sys
from typing import TYPE_CHECKING, Final

import structlog
from werkzeug.middleware.proxy_fix import ProxyFix

from recruit.bootstrap import Recruit, start
from recruit.core import logs
from recruit.core.db import reading
from recruit.core.errors import RecruitError
from recruit.referrals.safety import suspected
from recruit.web.service import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)


def behind(proxy: str, pages: "WSGIApplication") -> "WSGIApplication":
    """The pages, to which that proxy alone may say who asks and how; as `recruit serve` has it."""
    told = ProxyFix(pages, x_for=1, x_proto=1)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> "Iterable[bytes]":
        chosen = told if proxy and environ.get("REMOTE_ADDR") == proxy else pages
        return chosen(environ, start)

    return answer


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
