"""The console as a process: it starts, is signed in to over a real socket, and stops."""

import re
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

from offline_collect.merchant.access.factor_secrets import seal_secret
from offline_collect.store.backoffice.credentials import get_credentials, put_credentials
from tests.app.cli.passwords import put_password
from tests.console.town import CUSTODY, closing_store
from tests.e2e.forked import command
from tests.e2e.serving import COMMAND, WITHIN_S, write_config
from tests.fakes.certificates import Authority

LISTENS = re.compile(r"the console listens: (\S+)")
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def config(tmp_path):
    """A configuration with a store and a user of the console."""
    path = write_config(tmp_path, f"sqlite:///{tmp_path}/bank.db")
    password = tmp_path / put_password(tmp_path)
    adding = ("user", "add", "olga", "--role", "OPERATOR", "--password-file", str(password))
    for line in (("init", "--business-date", "2026-11-22", "--yes"), adding):
        assert command(path, *line).returncode == 0
    return path


@contextmanager
def console(config, *arguments):
    """Start the console; give its address, and check that it ends well."""
    command = [*COMMAND, "--config", str(config), "console", "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if found := LISTENS.search(line):
                break
        else:
            pytest.fail("".join(lines))
        try:
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            rest = process.stderr.read()
            assert process.wait(WITHIN_S) == 0, rest


def opened(browser, address, fields=None):
    data = None if fields is None else urlencode(fields).encode()
    try:
        with browser.open(address, data, timeout=WITHIN_S) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def test_a_user_signs_in_over_a_real_socket(config):
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with console(config) as address:
        status, page, headers = opened(browser, address)
        assert status == 401
        assert "server" not in headers
        fields = dict(FIELD.findall(page)) | {"name": "olga", "password": "several plain words"}
        status, page, _ = opened(browser, f"{address}sign-in", fields)
        assert status == 200
        assert "Somebody else has chosen your password" in page


def test_with_a_certificate_it_speaks_https_and_its_cookie_is_for_this_host_alone(config, tmp_path):
    authority = Authority(tmp_path)
    files = authority.issue("localhost")
    text = config.read_text(encoding="utf-8")
    own = f'console: {{certificate: "{files.certificate}", key: "{files.key}"}}\n'
    config.write_text(text + own, encoding="utf-8")
    trusting = ssl.create_default_context(cafile=str(authority.ca))
    trusting.check_hostname = False
    browser = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusting))
    with console(config) as address:
        assert address.startswith("https://")
        _, _, headers = opened(browser, address)
    assert headers["set-cookie"].startswith("__Host-session=")
    assert "Secure" in headers["set-cookie"]
    assert headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "listens beyond loopback without TLS"),
        (("--host", "bank.example"), "must name an IP address"),
    ],
)
def test_an_address_that_it_may_not_listen_on_is_refused(config, arguments, said):
    assert said in refused(config, *arguments)


def test_an_address_that_is_taken_is_refused(config):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in refused(config, "--port", str(port))


def test_a_certificate_that_cannot_be_used_is_refused(config, tmp_path):
    own = f'console: {{certificate: "{tmp_path}/none.pem", key: "{tmp_path}/none.key"}}\n'
    config.write_text(config.read_text(encoding="utf-8") + own, encoding="utf-8")
    assert "console.certificate" in refused(config)


def test_without_the_master_key_of_its_second_factors_it_does_not_start_and_says_so_in_a_line(
    config, tmp_path
):
    with closing_store(f"sqlite:///{tmp_path}/bank.db") as store, store.transaction() as tx:
        known = get_credentials(tx, "olga", lock=True)
        put_credentials(tx, replace(known, totp_secret=seal_secret(tx, CUSTODY, "olga", "JBSWY3DPEHPK3PXP")))
    (said,) = refused(config).splitlines()
    assert said.startswith("Error: console: second factors need the master key")
    assert "set keys.master_key_file" in said
    assert "JBSWY3DPEHPK3PXP" not in said


def refused(config, *arguments):
    command = [*COMMAND, "--config", str(config), "console", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    return done.stderr
