"""A community's own server on this machine: it hears what we tell, and hands people on by pages."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What stands at a path."""

    body: bytes = b"[]"
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class CommunityServer:
    """Pages by path, and everything that was asked or posted."""

    url: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    """What is answered to events."""

    def show(self, path: str, people: object, following: str = "", **headers: str) -> None:
        """Put people on a page; `following` is the path of the next one."""
        link = {"Link": f'<{following}>; rel="next"'} if following else {}
        self.pages[path] = Answer(json.dumps(people).encode(), headers={**link, **headers})

    def paths(self) -> list[str]:
        """What was asked for, in its order."""
        return [path for path, _ in self.asked]


@contextmanager
def running() -> Iterator[CommunityServer]:
    """A server that answers on a free port."""
    there = CommunityServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append((self.path, dict(self.headers.items())))
            page = there.pages.get(self.path, Answer(status=404))
            etag = page.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                page = Answer(b"", status=304)
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", page.kind)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append((dict(self.headers.items()), body))
            self.send_response(there.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
