"""How gunicorn serves the pages: `gunicorn --config python:recruit.gunicorn_config`.

What an operator chooses is gunicorn's own to choose: WEB_CONCURRENCY says how many workers, and
GUNICORN_CMD_ARGS takes `--bind` and the rest. SIGUSR2 replaces the whole server by a new one, and
with it the code; nobody notices. Why it is set so: docs/adr/0061.
"""

import os
import shutil
import signal
import tempfile
from typing import TYPE_CHECKING, Final

from gunicorn.systemd import sd_notify

from recruit.core import logs

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where workers put their figures together; set before recruit.core.metrics is imported."""

wsgi_app: Final = "recruit.wsgi:application"
bind: Final = "127.0.0.1:8000"
workers: Final = int(os.environ.get("WEB_CONCURRENCY", "4"))
# A slow reader holds a thread, not a worker; pages wait for the database most of the time.
worker_class: Final = "gthread"
threads: Final = 4
# The lexicon and the code stand in memory once, and a worker that is replaced is there at once.
preload_app: Final = True
# Whatever a library keeps for ever, it keeps no longer than this; not all workers at once.
max_requests: Final = 20_000
max_requests_jitter: Final = 2_000
timeout: Final = 60
graceful_timeout: Final = 30
keepalive: Final = 75  # longer than a proxy keeps a connection that it does not use
control_socket_disable: Final = True
forwarded_allow_ips: Final = ""  # whom to believe, RECRUIT_TRUSTED_PROXY says
accesslog: Final = None  # it would hold addresses; recruit.web.request_log writes its own lines
proc_name: Final = "recruit-web"

_made: Final = "" if FOLDER in os.environ else tempfile.mkdtemp(prefix="recruit-metrics-")
os.environ.setdefault(FOLDER, _made)  # else an operator's own, which outlives a server


def on_starting(_server: "Arbiter") -> None:
    """Let gunicorn log as we do."""
    logs.to_stderr()


def pre_fork(_server: "Arbiter", _worker: "Worker") -> None:
    """Let no worker inherit a connection to the database: two would talk over one."""
    from recruit.wsgi import running  # noqa: PLC0415 - gunicorn has loaded it by now

    running.database.dispose()


def worker_exit(_server: "Arbiter", _worker: "Worker") -> None:
    """Finish the message in hand before the process goes."""
    from recruit.wsgi import running  # noqa: PLC0415 - as above

    running.close()


def when_ready(server: "Arbiter") -> None:
    """Take the place of the server that this one follows (SIGUSR2), as soon as all is read in.

    Both listen at one door: what comes meanwhile waits there, and nobody is turned away.
    """
    if server.master_pid:
        sd_notify(f"MAINPID={os.getpid()}\nREADY=1", server.log)
        os.kill(server.master_pid, signal.SIGTERM)


def on_exit(_server: "Arbiter") -> None:
    """Take the folder of the figures away, unless it is an operator's own."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
