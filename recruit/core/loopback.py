"""Whether a host is this very machine: what goes there crosses no network."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """True of "localhost" and of loopback addresses; a name is not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
