"""What may be sent to is judged before anything is connected."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from recruit.core.errors import WrongUsage
from recruit.core.outbound import Poster, Undelivered, check_address, judge

URL = "https://hook.example.org/recruit"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - nothing is bound
        "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "::",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "::7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_our_network_is_not_followed(address: str) -> None:
    with pytest.raises(Undelivered):
        judge(URL, lambda _: [address])
    with pytest.raises(Undelivered):
        judge(URL, lambda _: ["93.184.215.14", address])


def test_the_address_that_was_judged_is_the_one_to_connect_to() -> None:
    target = judge(f"{URL}?a=b", lambda _: ["93.184.215.14"])
    assert (target.host, target.port, target.address) == (
        "hook.example.org", 443, "93.184.215.14",
    )  # fmt: skip


def test_an_unknown_name_is_no_reason_to_stop() -> None:
    with pytest.raises(Undelivered):
        judge(URL, lambda _: [])


@pytest.mark.parametrize(
    "url",
    [
        "", "hook", "http://hook.example.org/", "ftp://hook.example.org/", "https://",
        "https://localhost/", "https://hook/", "https://127.1/", "https://2130706433/",
        "https://0x7f.1/", "https://[::1]/", "https://10.0.0.1/", "https://a@hook.example.org/",
        "https://hook.example.org/#a", "https://hook.example.org:0/", "https://hook.example.org:x/",
        "https://hook.example.org/a b", "https://hook.example.org/\r\nX: y",
        "https://hook.example.org/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_without_looking_it_up(url: str) -> None:
    with pytest.raises(WrongUsage):
        check_address(url)


def test_loopback_is_for_tests_and_nothing_else_then() -> None:
    assert judge("http://127.0.0.1:8080/", lambda host: [host], loopback=True).port == 8080
    with pytest.raises(Undelivered):
        judge(URL, lambda _: ["93.184.215.14"], loopback=True)


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of a server that answers with a byte every tenth of a second, without end."""

    def drip() -> None:
        with suppress(OSError):
            there, _ = door.accept()
            with there:
                while True:
                    there.sendall(b"x")
                    time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    thread.join()


def test_whoever_drips_is_cut_off(dripping: str) -> None:
    began = time.monotonic()
    with pytest.raises(Undelivered):
        Poster(lambda host: [host], loopback=True, patience=0.5)(dripping, b"{}", {})
    assert time.monotonic() - began < 5
