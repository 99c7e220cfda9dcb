"""Clients of foreign stacks, with the definitions that their makers ship, against the real server."""

import json
import re
import subprocess

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.store import StoreSettings, open_store
from offline_collect.wire.layouts.pds import parse_pds
from tests.databases.school import AMOUNT, bill_no, fill, findings, in_force
from tests.e2e.serving import WITHIN_S, serving, write_config
from tests.messages.golden import shipped
from tests.peers.building import command_of
from tests.peers.requests import INSTITUTION, Network, Requests, again
from tests.support.tree import ROOT

IN_24 = Network("24", "801", "831")
PEERS = {
    "jpos-iso87ascii": ("java", ["iso87ascii.xml"], Network()),
    "jpos-iso87binary": ("java", ["iso87binary.xml"], Network()),
    "moov-spec87ascii": ("go", [], IN_24),
    "npm-iso8583": ("node", [], Network()),
}
ECHOED = ("3", "7", "11", "32", "41")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The ports of a server with a link for each dialect, by name, and its store's address."""
    folder = tmp_path_factory.mktemp("peers")
    url = f"sqlite:///{folder}/peers.db"
    fill(url)
    config = write_config(folder, url)
    links = "".join(
        f'  - {{name: {name}, listen: "127.0.0.1:0", dialect: {name}, institutions: ["{INSTITUTION}"]}}\n'
        for name in PEERS
    )
    text = re.sub(r"links:\n.*\n", f"links:\n{links}", config.read_text(encoding="utf-8"))
    config.write_text(text, encoding="utf-8")
    with serving(config) as server:
        for _ in range(len(PEERS) - 1):
            server.wait_for("listens on")
        listening = [re.search(r"link (\S+)\W.*listens on \S+:(\d+)", line) for line in server.log]
        yield {found[1]: found[2] for found in listening if found}, url
        assert server.stop() == 0


def asked(command, requests):
    """Run a client; return the answers to its requests by the requests' names."""
    lines = "".join(f"{json.dumps(request)}\n" for request in requests.values())
    ended = subprocess.run(
        command, cwd=ROOT, input=lines, capture_output=True, text=True, check=False, timeout=WITHIN_S
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    return dict(zip(requests, answers, strict=True))


def requests_of(network, nth):
    """The requests of one client: it pays two bills and takes the first payment back."""
    of = Requests(network, f"PEER{nth:04d}")
    taken_back, kept = bill_no(2 * nth), bill_no(2 * nth + 1)
    payment = of.payment(taken_back)
    reversal = of.reversal(payment)
    return {
        "sign-on": of.sign_on(),
        "inquiry": of.inquiry(taken_back),
        "payment": payment,
        "repeat": again(payment, "0201"),
        "already paid": of.payment(taken_back),
        "unknown bill": of.payment("S-NONE"),
        "reversal": reversal,
        "reversal repeat": again(reversal, "0401"),
        "open again": of.inquiry(taken_back),
        "kept": of.payment(kept),
        "echo": of.echo(),
    }


CODES = {
    "already paid": ResponseCode.ALREADY_PAID,
    "unknown bill": ResponseCode.NOT_FOUND,
}


@pytest.mark.parametrize("name", PEERS)
def test_a_stock_definition_pays_repeats_is_refused_and_reverses(served, name):
    ports, url = served
    language, arguments, network = PEERS[name]
    nth, codes = list(PEERS).index(name), shipped(name).response_codes
    requests = requests_of(network, nth)
    answers = asked([*command_of(language), *arguments, ports[name]], requests)

    for step, request in requests.items():
        said, got = request["elements"], answers[step]["elements"]
        assert answers[step]["mti"] == f"{request['mti'][:2]}10"
        assert got["39"] == codes[CODES.get(step, ResponseCode.APPROVED)], (step, got)
        assert {number: got[number] for number in ECHOED if number in said} == {
            number: said[number] for number in ECHOED if number in said
        }
    tags = {step: parse_pds(answer["elements"].get("48", ""), "utf-8") for step, answer in answers.items()}
    first_record = str(shipped(name).records[0])
    for step in ("inquiry", "open again"):
        found = answers[step]["elements"]
        assert int(found["4"]) == AMOUNT
        assert parse_pds(found[first_record], "utf-8")["0030"] == bill_no(2 * nth)
    assert answers["payment"]["elements"]["38"].isalnum()
    assert answers["repeat"] == answers["payment"]
    assert "paid" in answers["already paid"]["elements"]["63"]
    assert tags["reversal"]["0082"] == "APPLIED"
    assert answers["reversal repeat"] == answers["reversal"]

    store = open_store(StoreSettings(url))
    try:
        paid = in_force(store)
        assert (paid[bill_no(2 * nth)], paid[bill_no(2 * nth + 1)]) == (0, 1)
        assert findings(store) == []
    finally:
        store.dispose()
