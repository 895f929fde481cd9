"""Where a deed comes from is said coarsely."""

import pytest

from recruit.core.origin import network


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("not an address", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str | None, expected: str) -> None:
    assert network(address) == expected
