"""Work for other processes: parts go out, what was made of them comes back in the same order.

Each worker sits at one end of a pipe and ends when the other end closes, also when this process
is killed: none is left over.
"""

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Final, TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")

AHEAD: Final = 2  # parts that wait for a free worker, so that none is idle


def in_order(
    start: Callable[..., Callable[[Part], Made]], given: tuple[object, ...], parts: Iterable[Part]
) -> Iterator[Made]:
    """What `start(*given)`, called once in each worker, makes of each of `parts`.

    There is a worker for each processor. What a worker raises is raised here. No more than a few
    parts are in memory, however many there are.
    """
    with ExitStack() as stack:
        # Millions of short-lived objects come: what is there already is not looked through again.
        gc.freeze()
        stack.callback(gc.unfreeze)
        workers = [_started(start, given, stack) for _ in range(os.cpu_count() or 1)]
        idle: SimpleQueue[Connection[Any, Any]] = SimpleQueue()
        for worker in workers:
            idle.put(worker)
        threads = stack.enter_context(ThreadPoolExecutor(len(workers)))
        asked: deque[Future[bytes]] = deque()
        stack.callback(lambda: [future.cancel() for future in asked])
        for part in parts:
            asked.append(threads.submit(_ask, idle, part))
            if len(asked) >= len(workers) + AHEAD:
                yield _opened(asked.popleft().result())
        while asked:
            yield _opened(asked.popleft().result())


def _started(
    start: Callable[..., Callable[[Part], Made]], given: tuple[object, ...], stack: ExitStack
) -> "Connection[Any, Any]":
    # A forked copy would share locks and connections with this process.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, start, given), daemon=True)
    process.start()
    theirs.close()
    stack.callback(process.join)
    stack.callback(ours.close)
    return ours


def _ask(idle: "SimpleQueue[Connection[Any, Any]]", part: object) -> bytes:
    """The answer as it comes through the pipe.

    Opening it here, in a thread of its own, would take the interpreter from whoever stores for
    milliseconds at a time, each time that one has waited for the database.
    """
    worker = idle.get()
    try:
        worker.send(part)
        return worker.recv_bytes()
    finally:
        idle.put(worker)


def _opened(answer: bytes) -> Any:  # noqa: ANN401 - whatever the worker made
    made, error = pickle.loads(answer)  # noqa: S301 - our own process wrote it
    if error is not None:
        raise error
    return made


def serve(
    pipe: "Connection[Any, Any]",
    start: Callable[..., Callable[[Part], Made]],
    given: tuple[object, ...],
) -> None:
    """Answer what comes through `pipe` until its other end is closed, as a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    work = start(*given)
    gc.freeze()  # as in the process that asks
    with suppress(EOFError, ConnectionError):
        while True:
            part = pipe.recv()
            try:
                answer = (work(part), None)
            except Exception as error:  # noqa: BLE001 - it is raised where the part came from
                answer = (None, error)  # type: ignore[assignment]  # one of the two
            pipe.send(answer)
