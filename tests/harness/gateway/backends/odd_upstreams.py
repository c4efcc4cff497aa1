"""Upstreams that do what a real one does on a bad day."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(BaseHTTPRequestHandler):
    """No log on stderr."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: Any) -> None:
        pass

    def take(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))


@contextmanager
def echoing(key: str) -> Iterator[str]:
    """An upstream that repeats the key in its error."""

    class Echo(Quiet):
        def do_POST(self) -> None:
            self.take()
            body = json.dumps({"error": {"message": f"Incorrect API key provided: {key}."}}).encode()
            self.send_response(401)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Echo) as url:
        yield url


@contextmanager
def dripping(go_on: threading.Event, *, breaks: bool = False) -> Iterator[str]:
    """An upstream that streams a first chunk, and the rest when told to."""

    def chunk(delta: Any, finish: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        data = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        event = b"data: " + json.dumps(data).encode() + b"\n\n"
        return b"%x\r\n%b\r\n" % (len(event), event)

    class Drip(Quiet):
        def do_POST(self) -> None:
            self.take()
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self.wfile.write(chunk({"role": "assistant", "content": "early"}, None))
            self.wfile.flush()
            go_on.wait(30)
            if breaks:
                self.close_connection = True
                return
            self.wfile.write(chunk({"content": " and late"}, None))
            self.wfile.write(chunk({}, "stop"))
            self.wfile.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")

    with serving(Drip) as url:
        yield url
