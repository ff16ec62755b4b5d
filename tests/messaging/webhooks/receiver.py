"""The shop's own system: a real HTTP server that keeps the bytes it gets, verifies them by hand, and answers as told."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@dataclass(frozen=True)
class Told:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.raw)

    def is_signed_by(self, secret: str) -> bool:
        """As the specification has it, without a line of the code that signed."""
        signed = b".".join([self.headers["Webhook-Id"].encode(), self.headers["Webhook-Timestamp"].encode(), self.raw])
        digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        return self.headers["Webhook-Signature"] == "v1," + base64.b64encode(digest).decode()

    @property
    def age(self) -> float:
        return time.time() - int(self.headers["Webhook-Timestamp"])


class Receiver:
    """``answers`` are given one after the other, the last one again and again."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.told: list[Told] = []
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = [status(204)]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                outer.told.append(Told(self.path, dict(self.headers.items()), raw))
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                answer(self)

            def log_message(self, *args: object) -> None: ...

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args: object) -> None:
                """Hung up on, or a handshake that failed: that is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=shop"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def status(code: int, text: str = "", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("Content-Length", str(len(text.encode())))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(text.encode())

    return answer


def silence(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        request.close_connection = True

    return answer


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each well before a socket would lose its patience."""
    try:
        for _ in range(100):
            request.wfile.write(b"H")
            request.wfile.flush()
            time.sleep(0.05)
    except OSError:
        request.close_connection = True
