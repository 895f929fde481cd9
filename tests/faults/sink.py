"""A real SMTP server on loopback: each message is written and fsynced before it is answered.

Run as a process of its own: `python -m tests.faults.sink PORT FILE`. Each line of the file is one
message: its Message-ID, its recipients, and when it had arrived whole and when it was on the disk,
on the clock that all processes of this machine share (CLOCK_MONOTONIC).
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 1 << 20


class Disk:
    """Takes messages for good."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Write, fsync, and only then say that it was taken."""
        arrived = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(None, self._keep, envelope, arrived)
        return "250 OK"

    def _keep(self, envelope: Envelope, arrived: float) -> None:
        content = envelope.original_content or b""
        message = {
            "id": str(BytesHeaderParser().parsebytes(content)["Message-ID"]).strip("<>"),
            "to": envelope.rcpt_tos,
            "size": len(content),
            "arrived": arrived,
        }
        with self._lock:
            os.write(self._file, json.dumps(message).encode() + b"\n")
            os.fsync(self._file)


def main() -> None:
    """Serve until SIGTERM."""
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    controller = Controller(
        Disk(file), hostname="127.0.0.1", port=port, data_size_limit=LARGEST, ready_timeout=30
    )
    controller.start()
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main()
