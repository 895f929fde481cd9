"""Requests to addresses that somebody else chose: https alone, and never into our own network.

The address is judged before anything is connected: its name is resolved, every answer must lie in
the public internet, and the connection goes to the very address that was judged, so that a name
that answers otherwise a moment later leads nowhere. No redirect is followed, no proxy asked.
(OWASP, Server-Side Request Forgery Prevention.)
"""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from recruit.core.errors import RecruitError, WrongUsage
from recruit.core.i18n import N_

LONGEST_URL: Final = 500
TIMEOUT: Final = (5, 10)  # seconds to connect, and between two bytes of the answer
PATIENCE: Final = 20.0  # seconds in all, however slowly the other side drips
HTTPS: Final = 443
# All that is given out in the internet (RFC 4291, 2.4; IANA). What lies outside may lead to an IPv4
# address of our network (64:ff9b::/96 by NAT64, ::/96) or be one of it (fec0::/10).
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")

Resolve = Callable[[str], list[str]]


class Undelivered(RecruitError):
    """The address cannot be sent to, or did not take what was sent."""

    sentence = N_("The other side did not take it: {problem}")
    http_status = 502


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was judged: where to connect, and by which name."""

    url: str
    host: str
    port: int
    address: str


def check_address(url: str, *, loopback: bool = False) -> SplitResult:
    """The parts of an address that could be sent to; nothing is looked up.

    Raises:
        WrongUsage: it is none: not https, with a password in it, or plainly one of our network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _unfit() from error
    schemes = ("https", "http") if loopback else ("https",)
    fit = (
        len(url) <= LONGEST_URL
        and url.isascii()
        and url.isprintable()
        and " " not in url
        and parts.scheme in schemes
        and parts.hostname
        and parts.username is None
        and parts.password is None
        and not parts.fragment
        and port != 0
    )
    if not fit or not _may_be_public(str(parts.hostname), loopback=loopback):
        raise _unfit()
    return parts


def judge(url: str, resolve: Resolve, *, loopback: bool = False) -> Target:
    """Where to connect for `url`.

    Raises:
        WrongUsage: no such address is sent to.
        Undelivered: its name is unknown, or leads into our own network.
    """
    parts = check_address(url, loopback=loopback)
    host = str(parts.hostname)
    addresses = resolve(host)
    if not addresses:
        raise Undelivered(problem="name not found")
    # One answer of ours among those of others is enough to refuse: which one is used is chance.
    if not all(_is_allowed(address, loopback=loopback) for address in addresses):
        raise Undelivered(problem="not a public address")
    return Target(url, host, parts.port or HTTPS, addresses[0])


def resolved(host: str) -> list[str]:
    """The addresses of a host, none when its name is unknown."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Poster:
    """Sends bodies to addresses that others chose, each within `patience` seconds.

    `loopback` is for tests on one machine.
    """

    resolve: Resolve = resolved
    loopback: bool = False
    patience: float = PATIENCE

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """POST `body`; done when the other side says 2xx.

        Raises:
            WrongUsage: no such address is sent to.
            Undelivered: it was not taken; the error says no more than the status.
        """
        import requests  # noqa: PLC0415 - slow to import, and few processes send

        target = judge(url, self.resolve, loopback=self.loopback)
        with requests.Session() as session:
            session.trust_env = False
            session.mount(f"{urlsplit(url).scheme}://", pinned(target, self.patience))
            try:
                answer = session.post(
                    url,
                    data=body,
                    headers={**headers, "Host": urlsplit(url).netloc},
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,  # what it answers beyond the status is not read
                )
            except (requests.RequestException, ValueError, OSError) as error:
                raise Undelivered(problem=type(error).__name__) from None
            with answer:
                if not requests.codes.ok <= answer.status_code < requests.codes.multiple_choices:
                    raise Undelivered(problem=f"status {answer.status_code}")


def pinned(target: Target, patience: float) -> Any:  # noqa: ANN401 - an adapter of requests, which is imported late
    """An adapter that connects to the judged address, and asks the host's own certificate of it."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above

    class Pinned(HTTPAdapter):
        def build_connection_pool_key_attributes(
            self,
            request: Any,  # noqa: ANN401 - requests' signature
            verify: Any,  # noqa: ANN401 - the same
            cert: Any = None,  # noqa: ANN401 - the same
        ) -> Any:  # noqa: ANN401 - the same
            where, how = super().build_connection_pool_key_attributes(request, verify, cert)
            where["host"] = target.address
            if where["scheme"] == "https":
                how |= {"server_hostname": target.host, "assert_hostname": target.host}  # type: ignore[misc]  # urllib3 takes them
            return where, how

        def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - the same
            pool: Any = super().get_connection_with_tls_context(*given, **named)
            pool.ConnectionCls = _bounded(pool.ConnectionCls, patience)
            return pool

    return Pinned()


def _bounded(kind: Any, patience: float) -> Any:  # noqa: ANN401 - a class of urllib3, as above
    """The same connections, each cut after `patience` seconds: timeouts only bound each byte."""

    class Bounded(kind):  # type: ignore[misc]  # known when it runs
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            self.twin = made.dup()  # TLS takes the first one over
            self.end = Timer(patience, self._cut)
            self.end.daemon = True
            self.end.start()
            return made

        def _cut(self) -> None:
            with suppress(OSError):  # it is over already
                self.twin.shutdown(socket.SHUT_RDWR)

        def close(self) -> None:
            super().close()
            if hasattr(self, "end"):
                self.end.cancel()
                self.twin.close()

    return Bounded


def _may_be_public(host: str, *, loopback: bool) -> bool:
    """Whether a host as written may be one of the internet: a name, or a public address."""
    try:
        ip_address(host)
    except ValueError:
        # "127.1", "0x7f000001": other spellings of an address, which resolvers understand.
        last = host.rstrip(".").rpartition(".")[2]
        spelt = last.isdigit() or last.startswith("0x")
        return not spelt and (loopback or (host != "localhost" and "." in host))
    return _is_allowed(host, loopback=loopback)


def _is_allowed(address: str, *, loopback: bool) -> bool:
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    if loopback:
        return bool(inner.is_loopback)
    if isinstance(inner, IPv6Address) and inner not in GLOBAL_UNICAST:
        return False
    return bool(inner.is_global and found.is_global and not inner.is_multicast)


def _unfit() -> WrongUsage:
    return WrongUsage(
        N_(
            "An https address in the internet is needed here, without a password and of at most "
            "500 letters."
        )
    )
