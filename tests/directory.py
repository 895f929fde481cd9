"""A directory of health professionals as FHIR has it, on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KNOWN = {"79927398713": "Martin", "1234567893": "O’Hara"}


class _Directory(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer `Practitioner?identifier=…` with a searchset."""
        parts = urlsplit(self.path)
        [number] = parse_qs(parts.query).get("identifier", [""])
        found = (
            [_practitioner(number)]
            if parts.path == "/fhir/Practitioner" and number in KNOWN
            else []
        )
        body = json.dumps(
            {
                "resourceType": "Bundle",
                "type": "searchset",
                "total": len(found),
                "entry": [{"resource": each} for each in found],
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def _practitioner(number: str) -> dict[str, object]:
    return {
        "resourceType": "Practitioner",
        "id": "1",
        "active": True,
        "identifier": [{"system": "https://directory.example.org/number", "value": number}],
        "name": [{"use": "official", "family": KNOWN[number], "given": ["Claude"]}],
    }


@contextmanager
def directory() -> Iterator[str]:
    """Its address, up to `/Practitioner`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Directory)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/fhir"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)
