"""Sends what was posted at once, in a thread of its own: whoever posted does not wait for it.

It is only quicker than the job that looks for messages anyway; what it fails to do, that one does.
"""

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final

from recruit.core.errors import RecruitError, place
from recruit.core.origin import JOB, come_from
from recruit.notify.post import Delivered

PATIENCE: Final = 30.0  # seconds to finish the message in hand when the process ends

log = logging.getLogger(__name__)


class Courier:
    """Calls `deliver` whenever it is woken; several wakings while it is out are one."""

    def __init__(self, deliver: Callable[[], Delivered]) -> None:
        self._deliver = deliver
        self._wanted = Event()
        self._over = False
        self._starting = Lock()
        self._thread = Thread(target=self._run, name="courier", daemon=True)

    def wake(self) -> None:
        """Look for messages now; returns at once."""
        with self._starting:
            if self._thread.ident is None and not self._over:
                self._thread.start()
        self._wanted.set()

    def stop(self) -> None:
        """Finish what is in hand, and look no more."""
        with self._starting:
            self._over = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        come_from(JOB)
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._over:
                return
            try:
                self._deliver()
            except RecruitError as error:
                log.warning("courier: %s", error)
            except Exception as error:  # noqa: BLE001 - the thread must live; as in jobs.py
                log.error("courier: %s at %s", type(error).__name__, place(error))  # noqa: TRY400 - a traceback may hold a person's data
