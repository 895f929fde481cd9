"""Reading from addresses that somebody else chose: judged, bounded, and never into our own network.

As `outbound` sends: https alone, each address judged before anything is connected, a redirect as
well. A redirect or a next page leads to the same host or nowhere: the key is for that host alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from recruit.core.outbound import (
    LONGEST_URL,
    TIMEOUT,
    Resolve,
    Undelivered,
    judge,
    pinned,
    resolved,
)

LARGEST: Final = 16 << 20  # bytes of one page, unpacked
PATIENCE: Final = 60.0  # seconds for one page in all
MOST_REDIRECTS: Final = 3
CHUNK: Final = 64 << 10
MOVED: Final = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED: Final = 304
OK: Final = 200


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: its bytes and media type, its ETag, and the address of the next (RFC 8288)."""

    body: bytes
    kind: str
    etag: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Gets pages from addresses that others chose; `loopback` is for tests on one machine."""

    resolve: Resolve = resolved
    loopback: bool = False
    patience: float = PATIENCE
    largest: int = LARGEST

    def __call__(self, url: str, headers: Mapping[str, str]) -> Fetched | None:
        """GET a page; None where it is still what `If-None-Match` names.

        Raises:
            WrongUsage: no such address is asked.
            Undelivered: there is no page; the error says no more than the status.
        """
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            answer, moved = self._once(at, headers)
            if not moved:
                return answer
            at = self._next(at, moved)
        raise Undelivered(problem="too many redirects")

    def _once(self, url: str, headers: Mapping[str, str]) -> tuple[Fetched | None, str]:
        """The page, or where it has moved to."""
        import requests  # noqa: PLC0415 - slow to import, and few processes fetch

        target = judge(url, self.resolve, loopback=self.loopback)
        with requests.Session() as session:
            session.trust_env = False
            session.mount(f"{urlsplit(url).scheme}://", pinned(target, self.patience))
            try:
                with session.get(
                    url,
                    headers={**headers, "Host": urlsplit(url).netloc},
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    return self._read(url, answer)
            except (requests.RequestException, ValueError, OSError) as error:
                raise Undelivered(problem=type(error).__name__) from None

    def _read(self, url: str, answer: Any) -> tuple[Fetched | None, str]:  # noqa: ANN401 - of requests, which is imported late
        if answer.status_code in MOVED:
            return None, answer.headers.get("Location", "")
        if answer.status_code == NOT_MODIFIED:
            return None, ""
        if answer.status_code != OK:
            raise Undelivered(problem=f"status {answer.status_code}")
        body = bounded(answer.iter_content(CHUNK), self.largest)
        if body is None:
            raise Undelivered(problem="too large")
        following = answer.links.get("next", {}).get("url")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        etag = answer.headers.get("ETag")
        return Fetched(body, kind, etag, self._next(url, following) if following else None), ""

    def _next(self, url: str, location: str) -> str:
        """Where an address leads from another, on the same host."""
        there = urljoin(url, location)
        if urlsplit(there)[:2] != urlsplit(url)[:2]:
            raise Undelivered(problem="leads to another host")
        if len(there) > LONGEST_URL:
            raise Undelivered(problem="address too long")
        return there


def bounded(chunks: Iterable[bytes], largest: int) -> bytes | None:
    """What is read, chunk by chunk; None as soon as it is more than `largest` bytes."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)
