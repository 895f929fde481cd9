"""An e-mail is handed over in two steps, and whatever a server does, its fate is said surely."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.notify.channels.email import Smtp
from recruit.notify.channels.mail import Sender
from recruit.notify.channels.smtp_line import Patience, Server
from recruit.notify.letter import Letter
from recruit.notify.stages import Fate
from tests.mail_server import (
    DRIP,
    HANG_UP,
    PAUSE,
    RESET,
    STALL,
    TAKE_AND_RESET,
    TAKE_AND_STALL,
    MailServer,
    Stage,
)

LETTER = Letter(
    "0123456789abcdef0123456789abcdef",
    "anne@example.org",
    "Bonjour,\n.\n..\nUne étude cherche des personnes.\n",
    "Une étude",
    "<p>Bonjour</p>",
)
PIPELINING = "PIPELINING"
SHORT = Patience(0.3, 0.4)
LONG = Patience(5, 5)
BEFORE = (Stage.GREETING, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA)
ABOUT_LETTER = (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.END)
NOT_NOW = ("421 4.3.2 closing", "450 4.2.1 busy", "451 4.7.1 greylisted", "452 4.3.1 full")
SILENT = {STALL, DRIP, TAKE_AND_STALL, "250-more to come"}
NEVER = ("550 5.1.1 nobody", "552 5.3.4 too big", "554 5.7.1 refused")
GONE = (STALL, RESET, HANG_UP, "HTTP/1.1 400 Bad Request", "999 what", "25", "250-more to come")


@dataclass
class Leave:
    """Says whether the last byte may go, and counts how often it was asked."""

    answer: bool = True
    asked: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def __call__(self) -> bool:
        self.asked += 1
        self.meanwhile()
        return self.answer


def smtp(server: MailServer, patience: Patience = LONG) -> Smtp:
    return Smtp("smtp", Server("127.0.0.1", server.port), Sender("studies@example.org"), patience)


@pytest.fixture(params=[(), (PIPELINING,)], ids=["one by one", "pipelining"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with MailServer(extensions=request.param).open() as found:
        yield found


def hand_over(
    server: MailServer, stage: Stage, act: str, letter: Letter = LETTER
) -> tuple[Fate, int, int]:
    """What became of a letter, how often leave was asked, and how many messages were taken."""
    server.script[stage] = [act] * 2  # a server that refuses EHLO is asked with HELO
    leave = Leave()
    carrier = smtp(server, SHORT if act in SILENT else LONG)
    fate = carrier.hand_over(letter, leave)
    server.script.clear()
    carrier.hang_up()
    return fate, leave.asked, len(server.taken)


def test_a_good_server_takes_a_letter_once(server: MailServer) -> None:
    assert hand_over(server, Stage.END, "250 taken") == (Fate.SENT, 1, 1)


@pytest.mark.parametrize(("stage", "said"), [*product(BEFORE, NOT_NOW)])
def test_not_now_before_the_content_means_later(
    server: MailServer, stage: Stage, said: str
) -> None:
    assert hand_over(server, stage, said) == (Fate.LATER, 0, 0)


@pytest.mark.parametrize("said", NOT_NOW)
def test_not_now_to_the_end_means_later(server: MailServer, said: str) -> None:
    assert hand_over(server, Stage.END, said) == (Fate.LATER, 1, 0)


@pytest.mark.parametrize(("stage", "said"), [*product(ABOUT_LETTER, NEVER)])
def test_a_letter_that_is_refused_is_never_tried_again(
    server: MailServer, stage: Stage, said: str
) -> None:
    asked = 1 if stage is Stage.END else 0
    assert hand_over(server, stage, said) == (Fate.NEVER, asked, 0)


@pytest.mark.parametrize(("stage", "said"), [*product((Stage.GREETING, Stage.EHLO), NEVER)])
def test_a_server_that_refuses_us_says_nothing_of_the_letter(
    server: MailServer, stage: Stage, said: str
) -> None:
    assert hand_over(server, stage, said) == (Fate.LATER, 0, 0)


@pytest.mark.parametrize("said", ["530 5.7.0 sign in first", "503 5.5.1 EHLO first", "500 what"])
@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_what_is_ours_to_mend_means_later(server: MailServer, stage: Stage, said: str) -> None:
    assert hand_over(server, stage, said) == (Fate.LATER, 0, 0)


@pytest.mark.parametrize(("stage", "act"), [*product(BEFORE, GONE)])
def test_a_server_that_is_gone_before_the_content_means_later(
    server: MailServer, stage: Stage, act: str
) -> None:
    assert hand_over(server, stage, act) == (Fate.LATER, 0, 0)


@pytest.mark.parametrize("act", [RESET, HANG_UP, "421 4.3.2 closing", "552 5.3.4 too big"])
def test_a_server_that_gives_up_within_the_content_means_later(
    server: MailServer, act: str
) -> None:
    server.script[Stage.CONTENT] = [act]
    # Whether it is noticed before leave is asked or right after it, the end is never sent.
    leave = Leave(meanwhile=lambda: time.sleep(0.1))
    assert smtp(server).hand_over(LETTER, leave) is Fate.LATER
    assert server.taken == []


@pytest.mark.parametrize("act", [*GONE, DRIP, "354 go on", TAKE_AND_STALL, TAKE_AND_RESET])
def test_a_server_that_is_gone_after_the_last_byte_leaves_it_unsure(
    server: MailServer, act: str
) -> None:
    began = time.monotonic()
    fate, asked, _ = hand_over(server, Stage.END, act)
    assert (fate, asked) == (Fate.UNSURE, 1)
    assert time.monotonic() - began < 2


def test_a_server_that_reads_on_after_we_gave_up_finds_half_a_message() -> None:
    letter = replace(LETTER, text="Une étude cherche des personnes.\n" * 5000)
    with MailServer({Stage.CONTENT: [PAUSE]}, reads_at_once=4096).open() as server:
        assert smtp(server, SHORT).hand_over(letter, Leave()) is Fate.UNSURE
        await_that(lambda: len(server.halves) == 1)
        assert server.taken == []


def test_an_answer_that_drips_holds_nobody(server: MailServer) -> None:
    began = time.monotonic()
    assert hand_over(server, Stage.MAIL, DRIP) == (Fate.LATER, 0, 0)
    assert time.monotonic() - began < 2


def test_without_leave_the_server_gets_half_a_message_and_no_goodbye(server: MailServer) -> None:
    leave = Leave(answer=False)
    assert smtp(server).hand_over(LETTER, leave) is Fate.HELD
    assert leave.asked == 1
    await_that(lambda: len(server.halves) == 1)
    assert server.taken == []
    assert not server.halves[0].endswith(b"."), "some servers take a bare dot for the end"
    assert not any(said.lower().startswith(("quit", "rset")) for said in server.heard)


def test_an_error_in_asking_for_leave_hangs_up_and_goes_on(server: MailServer) -> None:
    def broken() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        smtp(server).hand_over(LETTER, broken)
    await_that(lambda: len(server.halves) == 1)
    assert server.taken == []


def test_everything_but_the_end_has_been_sent_when_leave_is_asked(server: MailServer) -> None:
    seen: list[int] = []
    leave = Leave(meanwhile=lambda: seen.append(len(server.taken)))
    carrier = smtp(server)
    carrier.hand_over(LETTER, leave)
    carrier.hang_up()
    assert (seen, len(server.taken)) == ([0], 1)


def test_a_line_of_dots_arrives_as_it_was(server: MailServer) -> None:
    hand_over(server, Stage.END, "250 taken")
    (content,) = server.taken
    assert b"\r\n=2E\r\n..\r\n" in content


def test_several_letters_go_by_one_connection(server: MailServer) -> None:
    carrier = smtp(server)
    fates = [carrier.hand_over(LETTER, Leave()) for _ in range(3)]
    carrier.hang_up()
    assert (fates, len(server.taken), server.visits) == ([Fate.SENT] * 3, 3, 1)


@pytest.mark.parametrize("stage", ABOUT_LETTER)
def test_a_refused_letter_leaves_the_connection_to_the_next(
    server: MailServer, stage: Stage
) -> None:
    server.script[stage] = ["550 5.1.1 nobody"]
    carrier = smtp(server)
    if stage is Stage.RCPT and PIPELINING in server.extensions:
        server.script[Stage.DATA] = ["554 5.5.1 no recipient"]
    if stage is Stage.MAIL and PIPELINING in server.extensions:
        server.script[Stage.RCPT] = ["503 5.5.1 no sender"]
        server.script[Stage.DATA] = ["503 5.5.1 no sender"]
    fates = [carrier.hand_over(LETTER, Leave()) for _ in range(2)]
    carrier.hang_up()
    assert (fates, server.visits, len(server.taken)) == ([Fate.NEVER, Fate.SENT], 1, 1)


def test_a_server_that_waits_for_content_after_a_refusal_gets_none() -> None:
    with MailServer({Stage.RCPT: ["550 5.1.1 nobody"]}, (PIPELINING,)).open() as server:
        leave = Leave()
        assert smtp(server).hand_over(LETTER, leave) is Fate.NEVER
        await_that(lambda: server.halves == [b""])
        assert (leave.asked, server.taken) == (0, [])


@pytest.mark.parametrize("act", ["421 4.4.2 too many letters", HANG_UP, RESET])
def test_a_kept_connection_that_ends_is_replaced(server: MailServer, act: str) -> None:
    server.script[Stage.MAIL] = ["250 OK", act]
    carrier = smtp(server)
    fates = [carrier.hand_over(LETTER, Leave()) for _ in range(2)]
    carrier.hang_up()
    assert (fates, server.visits, len(server.taken)) == ([Fate.SENT] * 2, 2, 2)


def test_a_connection_hung_up_while_it_rested_is_replaced(server: MailServer) -> None:
    server.script[Stage.END] = ["250 taken\r\n421 4.4.2 idle for too long"]
    carrier = smtp(server)
    fates = []
    for _ in range(2):
        fates.append(carrier.hand_over(LETTER, Leave()))
        time.sleep(0.1)
    carrier.hang_up()
    assert (fates, server.visits, len(server.taken)) == ([Fate.SENT] * 2, 2, 2)


def test_a_connection_that_rested_for_long_is_replaced(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recruit.notify.channels.email.IDLE", 0.0)
    carrier = smtp(server)
    fates = [carrier.hand_over(LETTER, Leave()) for _ in range(2)]
    carrier.hang_up()
    assert (fates, server.visits) == ([Fate.SENT] * 2, 2)


def test_each_thread_has_a_connection_of_its_own(server: MailServer) -> None:
    carrier = smtp(server)
    fates: list[Fate] = []

    def work() -> None:
        fates.extend(carrier.hand_over(LETTER, Leave()) for _ in range(5))
        carrier.hang_up()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (fates, server.visits, len(server.taken)) == ([Fate.SENT] * 20, 4, 20)


def test_a_thread_that_ends_takes_its_connection_along(server: MailServer) -> None:
    carrier = smtp(server)
    thread = threading.Thread(target=carrier.hand_over, args=(LETTER, Leave()))
    thread.start()
    thread.join()
    assert len(server.taken) == 1  # an open socket that nobody has would be a warning, an error


def test_letters_beyond_ascii_need_a_server_that_takes_them(server: MailServer) -> None:
    letter = replace(LETTER, to="zoé@example.org")
    leave = Leave()
    carrier = smtp(server)
    assert carrier.hand_over(letter, leave) is Fate.NEVER
    assert leave.asked == 0
    server.extensions = (*server.extensions, "8BITMIME", "SMTPUTF8")
    carrier.hang_up()
    assert carrier.hand_over(letter, leave) is Fate.SENT
    carrier.hang_up()
    assert "MAIL FROM:<studies@example.org> SMTPUTF8 BODY=8BITMIME" in server.heard
    assert "RCPT TO:<zoé@example.org>" in server.heard


def test_each_message_comes_back_to_an_address_of_its_own(server: MailServer) -> None:
    sender = Sender("studies@example.org", bounces="bounce@example.org")
    carrier = replace(smtp(server), sender=sender)
    carrier.hand_over(LETTER, Leave())
    carrier.hang_up()
    assert f"MAIL FROM:<bounce+{LETTER.reference}@example.org>" in server.heard


ACTS = {
    **dict.fromkeys(BEFORE, st.sampled_from([*NOT_NOW, *NEVER, STALL, RESET, HANG_UP, "", "25"])),
    Stage.CONTENT: st.sampled_from([RESET, HANG_UP, "421 closing"]),
    Stage.END: st.sampled_from(
        [*NOT_NOW, *NEVER, STALL, RESET, HANG_UP, "what", TAKE_AND_STALL, TAKE_AND_RESET]
    ),
    Stage.RSET: st.sampled_from(["421 closing", RESET, "500 what", STALL]),
}
BRIEF = Patience(0.06, 0.06)


@st.composite
def scripts(draw: st.DrawFn) -> dict[Stage, list[str]]:
    """At some stages, some of the first visits go wrong."""
    from tests.mail_server import GOOD  # noqa: PLC0415 - beside its use

    stages = draw(st.lists(st.sampled_from(sorted(ACTS)), max_size=3, unique=True))
    return {
        stage: draw(st.lists(st.just(GOOD[stage]) | ACTS[stage], min_size=1, max_size=4))
        for stage in stages
    }


@given(
    script=scripts(),
    at_once=st.booleans(),
    leaves=st.lists(st.booleans() | st.just(True), min_size=1, max_size=5),  # noqa: FBT003 - leave
)
@settings(max_examples=50, deadline=None)
def test_whatever_a_server_does_what_is_said_of_a_letter_is_true(
    script: dict[Stage, list[str]], leaves: list[bool], *, at_once: bool
) -> None:
    with MailServer(script, (PIPELINING,) if at_once else ()).open() as server:
        carrier = smtp(server, BRIEF)
        said = []
        for number, answer in enumerate(leaves):
            leave = Leave(answer)
            letter = replace(LETTER, reference=f"{number:032x}")
            said.append((letter.reference, carrier.hand_over(letter, leave), leave))
        carrier.hang_up()
    taken = [re.findall(rb"Message-ID: <([0-9a-f]{32})@", each)[0] for each in server.taken]
    for reference, fate, leave in said:
        times = taken.count(reference.encode())
        assert leave.asked <= 1
        assert times <= (leave.asked if leave.answer else 0)
        match fate:
            case Fate.SENT:
                assert times == 1
            case Fate.LATER | Fate.NEVER | Fate.HELD:
                assert times == 0
            case Fate.UNSURE:
                assert leave.asked == 1
        assert (fate is Fate.HELD) <= (not leave.answer)


def await_that(holds: Callable[[], bool]) -> None:
    """Wait until the server's thread has seen what was done to it."""
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
