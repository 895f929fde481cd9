"""Work for other processes: in order, with what was raised, and with nobody left over."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recruit.core.errors import Refusal
from recruit.core.workers import in_order, serve

PATIENCE = 60  # seconds


def squares(power: int) -> Callable[[int], int]:
    def work(number: int) -> int:
        if number < 0:
            raise Refusal(record="r", field="f", problem="below {nothing}", nothing="zero")
        return int(number**power)

    return work


def test_results_come_in_the_order_of_the_parts() -> None:
    assert list(in_order(squares, (2,), range(20))) == [n * n for n in range(20)]


def test_what_a_worker_raises_is_raised_here_with_its_words() -> None:
    with pytest.raises(Refusal) as error:
        list(in_order(squares, (2,), [1, -1, 2]))
    assert error.value.say("en") == "r: f: below zero"


def test_no_more_than_a_few_parts_are_taken_ahead() -> None:
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    made = in_order(squares, (2,), parts())
    next(made)
    assert len(taken) <= (os.cpu_count() or 1) + 3
    made.close()  # type: ignore[attr-defined]  # it is a generator


def test_a_worker_whose_last_answer_nobody_takes_ends_quietly() -> None:
    # What is closed before it is read out resets the other end, which is not the same as its end.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=serve, args=(theirs, squares, (2,)))
    worker.start()
    theirs.close()
    ours.send(3)
    assert ours.poll(PATIENCE)
    ours.close()
    worker.join(PATIENCE)
    assert worker.exitcode == 0


def test_workers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    program = tmp_path / "asks.py"
    program.write_text(
        "import itertools, os, time\n"
        "from recruit.core.workers import in_order, serve\n"
        "def start():\n"
        "    return lambda _: os.getpid()\n"
        "if __name__ == '__main__':\n"
        "    for made in in_order(start, (), itertools.count()):\n"
        "        print(made, flush=True)\n",
        "utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    asking = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, program], stdout=subprocess.PIPE, text=True, env=environment
    )
    with asking:
        assert asking.stdout
        worker = int(asking.stdout.readline())
        os.kill(asking.pid, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()
