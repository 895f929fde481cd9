"""A community pushes 100,000 people in its own fields, and the same once more.

The people of `docs/communities/chronic-illness.jsonl`, under new numbers, go to `/api/v1/records` a
thousand at a time, over HTTP and with a key. The ledger is verified, the second push must change no
row, and a withdrawal told by webhook is timed from its request to its answer.
`python -m bench.communities 10000` is for fewer.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import requests
from flask import Flask
from sqlalchemy import Engine, func, select
from waitress.server import create_server

from recruit.actions import communities as deeds
from recruit.actions import hearing, tenants
from recruit.bootstrap import Recruit
from recruit.consent import ledger
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import reading
from recruit.people.communities import signature
from recruit.people.tables import PARTICIPANT, VERSION

EXAMPLES: Final = Path("docs/communities")
NAME: Final = "chronic-illness"
PEOPLE: Final = 100_000
AT_ONCE: Final = 1000
TOLD: Final = 100
PATIENCE: Final = 600


def run(folder: Path, count: int = PEOPLE) -> None:
    """Push, push again, withdraw; every figure is printed."""
    recruit = Recruit(Settings(data_folder=folder))
    engine = recruit.engine
    deeds.add_community(engine, name=NAME, actor="bench")
    text = (EXAMPLES / f"{NAME}.toml").read_text("utf-8")
    tenants.configure(engine, community=NAME, text=text, actor="bench")
    key = deeds.issue_key(engine, community=NAME, actor="bench").text
    vault = recruit.secrets.vault
    secret = hearing.listen(engine, vault, community=NAME, actor="bench").secret
    with _Served(recruit.pages()) as address:
        for what in ("new", "unchanged"):
            before = _rows(engine)
            began = time.perf_counter()
            results = _push(address, key, count)
            took = time.perf_counter() - began
            print(
                f"{results} in {took:.0f} s, {count / took:,.0f} a second ({what} expected)",
                flush=True,
            )
            if what == "unchanged":
                print(f"rows changed by the second push: {_rows(engine) - before}")
        answers = [_told(address, secret, number) for number in range(TOLD)]
    print(
        f"{TOLD} withdrawals told: median {statistics.median(answers) * 1000:.0f} ms, "
        f"longest {max(answers) * 1000:.0f} ms to the answer"
    )
    with reading(engine) as session:
        broken = ledger.verify(session)
    print(f"the ledger of {_count(engine):,} events: {'broken' if broken else 'proved'}")
    recruit.close()


def _push(address: str, key: str, count: int) -> dict[str, int]:
    """Everybody, a thousand at a time; how many came to what."""
    found: dict[str, int] = {}
    for people in _people(count):
        answer = requests.post(
            f"{address}/api/v1/records",
            json=people,
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        said = answer.json()
        for each in said["kept"]:
            found[each["result"]] = found.get(each["result"], 0) + 1
        found["refused"] = found.get("refused", 0) + len(said["refused"])
    return found


def _people(count: int) -> Iterator[list[dict[str, object]]]:
    lines = (EXAMPLES / f"{NAME}.jsonl").read_text("utf-8").splitlines()
    known = [json.loads(line) for line in lines]
    for start in range(0, count, AT_ONCE):
        yield [
            {**known[n % len(known)], "member": f"m-{n}", "mail": f"m-{n}@example.org"}
            for n in range(start, start + AT_ONCE)
        ]


def _told(address: str, secret: str, number: int) -> float:
    body = json.dumps({"id": f"e-{number}", "type": "member.left", "person": f"m-{number}"})
    headers = signature.headers(secret, f"e-{number}", body.encode(), now())
    began = time.perf_counter()
    answer = requests.post(
        f"{address}/hooks/communities/{NAME}", data=body, headers=headers, timeout=PATIENCE
    )
    answer.raise_for_status()
    if answer.json()["outcome"] == "done":
        return time.perf_counter() - began
    raise ValueError(answer.text)


def _rows(engine: Engine) -> int:
    with reading(engine) as session:
        return sum(
            session.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (PARTICIPANT, VERSION, CONSENT)
        )


def _count(engine: Engine) -> int:
    with reading(engine) as session:
        return session.execute(select(func.count()).select_from(CONSENT)).scalar_one()


class _Served:
    """The application on a free port of this machine."""

    def __init__(self, app: Flask) -> None:
        self.server = create_server(app, host="127.0.0.1", port=0, threads=4)
        self.thread = threading.Thread(target=self.server.run)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.effective_port}"

    def __exit__(self, *_: object) -> None:
        self.server.close()
        self.thread.join(timeout=10)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]))
