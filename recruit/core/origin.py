"""Where a deed comes from, coarsely: "cli", "job", or the network that a request came over.

Whoever opens a door (a request, a command, a job) says so once; the audit trail asks here, so that
no function in between has to carry it.
"""

from contextvars import ContextVar
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

CLI: Final = "cli"
JOB: Final = "job"
# A network is enough to see a pattern and too little to find a person: 256 addresses at least.
IPV4_NETWORK: Final = 24
IPV6_NETWORK: Final = 48  # what one site is usually given: RFC 6177, section 2

_ORIGIN: Final[ContextVar[str]] = ContextVar("origin", default="")


def come_from(origin: str) -> None:
    """From here on, what this thread or task does comes from `origin`."""
    _ORIGIN.set(origin)


def origin() -> str:
    """Where the present deed comes from; empty where nobody said so."""
    return _ORIGIN.get()


def network(address: str | None) -> str:
    """The network of an IP address, such as 192.0.2.0/24 or 2001:db8::/48; empty for none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    length = IPV4_NETWORK if isinstance(found, IPv4Address) else IPV6_NETWORK
    return str(ip_network((found, length), strict=False))
