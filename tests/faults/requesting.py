"""Visitors who keep their connections and, as browsers and proxies do, ask once more where one was
closed before anything came back (RFC 9110, 9.2.2)."""

import http.client
import threading
from collections import Counter
from contextlib import AbstractContextManager
from itertools import cycle
from typing import Self

PATHS = ("/studies", "/healthz", "/", "/readyz", "/login")
VISITORS = 4
PATIENCE = 60.0


class Visitors(AbstractContextManager["Visitors"]):
    """Some people who look at pages all the time, until the test is over."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: Counter[int] = Counter()
        self.again = 0
        self.failed: list[str] = []
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._visit) for _ in range(VISITORS)]

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()

    def _visit(self) -> None:
        connection = self._connection()
        for path in cycle(PATHS):
            if self._over.is_set():
                connection.close()
                return
            try:
                status = _ask(connection, path)
            except OSError:
                connection = self._connection()
                status = self._ask_again(connection, path)
            with self._lock:
                self.statuses[status] += 1

    def _ask_again(self, connection: http.client.HTTPConnection, path: str) -> int:
        with self._lock:
            self.again += 1
        try:
            return _ask(connection, path)
        except OSError as error:
            with self._lock:
                self.failed.append(f"{path}: {error!r}")
            return 0

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)


def _ask(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status
