"""A receiver of webhooks over real HTTP in a thread, with the faults that receivers have."""

import base64
import hashlib
import hmac
import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver:
    """Takes POSTs; each is verified, recorded, and answered by the next of ``says``, then 204.

    What it says is a status, (status, headers, body), or a function that gets the request's handler.
    """

    def __init__(self):
        self.got = []
        self.says = []
        self.released = Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver.handle(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/notices"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def handle(self, handler):
        body = handler.rfile.read(int(handler.headers["content-length"]))
        assert verified(handler.headers, body)
        self.got.append((handler.headers["webhook-id"], json.loads(body)))
        self.answer(handler)

    def answer(self, handler):
        said = self.says.pop(0) if self.says else 204
        if callable(said):
            said(handler)
            return
        status, headers, content = said if isinstance(said, tuple) else (said, {}, b"")
        handler.send_response(status)
        for name, text in headers.items():
            handler.send_header(name, text)
        if status != 204:
            handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    @property
    def ids(self):
        return [message_id for message_id, _ in self.got]

    def close(self):
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def verified(headers, body):
    """Whether a signature is right, as any library of Standard Webhooks checks it."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    return headers["webhook-signature"] == f"v1,{made}"


def cut_off(handler):
    """Close the connection in the middle of an answer."""
    handler.send_response(200)
    handler.send_header("content-length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def no_http(handler):
    """Answer with something that is no HTTP."""
    handler.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def free_port():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
