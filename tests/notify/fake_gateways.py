"""Two gateways in this process, over real HTTP: one takes signed forms, the other signed JSON.

They are written from the gateways' public documentation, and check signatures by themselves.
"""

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, quote

KEY_ID, SECRET = "KEY1", "not-a-secret"


class FakeGateway:
    """Takes messages; each is recorded, and answered by the next code of ``says``, then as accepted."""

    def __init__(self):
        self.got = []
        self.says = []
        self.nonces = set()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status, document = gateway.answer(self.headers, body)
                words = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def next_code(self, accepted):
        return self.says.pop(0) if self.says else accepted

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class FormGateway(FakeGateway):
    """Takes forms, signed by HMAC-SHA1 over the sorted fields."""

    def answer(self, headers, body):
        assert headers["content-type"].startswith("application/x-www-form-urlencoded")
        fields = dict(parse_qsl(body.decode("ascii"), strict_parsing=True))
        signature = fields.pop("Signature")
        query = "&".join(f"{quote(k, safe='~')}={quote(fields[k], safe='~')}" for k in sorted(fields))
        signed = f"POST&%2F&{quote(query, safe='~')}"
        made = base64.b64encode(hmac.digest(f"{SECRET}&".encode(), signed.encode(), hashlib.sha1)).decode()
        if made != signature or fields["AccessKeyId"] != KEY_ID:
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "…"}
        if fields["SignatureNonce"] in self.nonces:
            return 400, {"Code": "SignatureNonceUsed", "Message": "…"}
        self.nonces.add(fields["SignatureNonce"])
        code = self.next_code("OK")
        if isinstance(code, bytes):
            return 502, code
        if code != "OK":
            return 200, {"Code": code, "Message": f"{fields['PhoneNumbers']} …"}
        self.got.append(fields)
        return 200, {"Code": "OK", "Message": "OK", "BizId": f"900{len(self.got)}^0", "RequestId": "R"}

    def report(self, nth, *, delivered):
        """A request with the report on the message that came as the nth."""
        report = {
            "phone_number": self.got[nth]["PhoneNumbers"],
            "success": delivered,
            "err_code": "DELIVERED" if delivered else "UNDELIV",
            "err_msg": "…",
            "sms_size": "1",
            "biz_id": f"900{nth + 1}^0",
            "out_id": self.got[nth]["OutId"],
        }
        return json.dumps([report]).encode()


class JsonGateway(FakeGateway):
    """Takes JSON, signed by HMAC-SHA256 over a canonical request."""

    def answer(self, headers, body):
        day, words = self._day(headers), body.decode()
        authorization = (
            f"TC3-HMAC-SHA256 Credential={KEY_ID}/{day}/sms/tc3_request, SignedHeaders=content-type;host, "
            f"Signature={self._signature(headers, body, day)}"
        )
        if headers["Authorization"] != authorization:
            return 200, {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "…"}}}
        code = self.next_code("Ok")
        if code.startswith("Error."):
            return 200, {"Response": {"Error": {"Code": code.removeprefix("Error."), "Message": "…"}}}
        fields = json.loads(words)
        status = {"SerialNo": "", "PhoneNumber": fields["PhoneNumberSet"][0], "Code": code, "Message": "…"}
        if code == "Ok":
            self.got.append(fields)
            status["SerialNo"] = f"2019:{len(self.got)}"
        return 200, {"Response": {"SendStatusSet": [status], "RequestId": "R"}}

    @staticmethod
    def _day(headers):
        stamp = int(headers["X-TC-Timestamp"])
        # The tests' time is noon of this day.
        assert stamp == 1795348800
        return "2026-11-22"

    @staticmethod
    def _signature(headers, body, day):
        canonical = (
            f"POST\n/\n\ncontent-type:{headers['content-type']}\nhost:{headers['host']}\n\ncontent-type;host\n"
            + hashlib.sha256(body).hexdigest()
        )
        text = (
            f"TC3-HMAC-SHA256\n{headers['X-TC-Timestamp']}\n{day}/sms/tc3_request\n"
            + hashlib.sha256(canonical.encode()).hexdigest()
        )
        key = f"TC3{SECRET}".encode()
        for part in (day, "sms", "tc3_request", text):
            key = hmac.digest(key, part.encode(), hashlib.sha256)
        return key.hex()

    def report(self, nth, *, delivered):
        """A request with the report on the message that came as the nth; it does not have our id."""
        report = {
            "user_receive_time": "2026-11-22 20:00:04",
            "nationcode": "86",
            "mobile": self.got[nth]["PhoneNumberSet"][0],
            "report_status": "SUCCESS" if delivered else "FAIL",
            "errmsg": "DELIVRD" if delivered else "MK:0001",
            "description": "…",
            "sid": f"2019:{nth + 1}",
        }
        return json.dumps([report]).encode()
