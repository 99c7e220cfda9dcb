"""Dialects of partners from end to end: the server and the simulator as processes, over real sockets."""

import re

import pytest

from offline_collect.store import StoreSettings, open_store
from tests.databases.school import bill_no, fill, findings, in_force
from tests.e2e.forked import simulate
from tests.e2e.serving import serving, write_config
from tests.e2e.terminal_shell import run_shell

PAYING = [
    "ascii",
    "bcd",
    "iso93",
    "cuppos",
    "jpos-iso87ascii",
    "jpos-iso87binary",
    "moov-spec87ascii",
    "npm-iso8583",
    "base24",
    "cups128",
]
ECHOING = ["base24", "cups128"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The ports of a server with a link for each dialect, by name, and its store's address."""
    folder = tmp_path_factory.mktemp("dialects")
    url = f"sqlite:///{folder}/dialects.db"
    fill(url)
    names = list(dict.fromkeys([*PAYING, *ECHOING]))
    config = write_config(folder, url)
    links = "".join(
        f'  - {{name: {name}, listen: "127.0.0.1:0", dialect: {name}, institutions: ["12345678"]}}\n'
        for name in names
    )
    text = re.sub(r"links:\n.*\n", f"links:\n{links}", config.read_text(encoding="utf-8"))
    config.write_text(text, encoding="utf-8")
    with serving(config) as server:
        for _ in names[1:]:
            server.wait_for("listens on")
        listening = [re.search(r"link (\S+)\W.*listens on \S+:(\d+)", line) for line in server.log]
        ports = {found[1]: found[2] for found in listening if found}
        yield ports, url
        assert server.stop() == 0


@pytest.mark.parametrize("dialect", PAYING)
def test_a_bill_is_paid_repeated_refused_and_taken_back(served, dialect):
    ports, url = served
    bill = bill_no(PAYING.index(dialect))
    variables = ["--var", f"bill={bill}", "--var", "amount=12345"]
    options = ["--dialect", dialect, "--port", ports[dialect], "--transcript"]
    ran = simulate("run", "any_dialect/payment", *options, *variables)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "echo test" in ran.stdout
    assert "no answer in time" in ran.stdout
    store = open_store(StoreSettings(url))
    try:
        assert bill not in in_force(store)
        assert findings(store) == []
    finally:
        store.dispose()


@pytest.mark.parametrize("dialect", PAYING)
def test_a_teller_pays_and_takes_back_from_the_shell(served, tmp_path, dialect):
    ports, _ = served
    lines = (
        "1",
        "SCHOOL01",
        f"#{bill_no(40 + PAYING.index(dialect))}",
        "1",
        "",
        "y",
        "menu",
        "2",
        "",
        "y",
        "q",
    )
    code, said = run_shell(ports[dialect], tmp_path, *lines, options=("--dialect", dialect))
    assert code == 0, said
    assert "is taken." in said, said
    assert "is reversed completely." in said, said


@pytest.mark.parametrize("dialect", ECHOING)
def test_an_echo_is_answered(served, dialect):
    ran = simulate("run", "any_dialect/echo", "--dialect", dialect, "--port", served[0][dialect])
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("dialect", PAYING)
def test_a_load_is_put_on_it(served, dialect):
    ports, _ = served
    first = len(PAYING) + 2 * PAYING.index(dialect)
    bills = [
        "--merchant",
        "SCHOOL01",
        "--bill",
        "S-{:04d}",
        "--start-at",
        first,
        "--bills",
        2,
        "--amount",
        "123.45",
    ]
    options = ["--dialect", dialect, "--port", ports[dialect], "--kind", "mixed", "--connections", 1]
    ran = simulate("load", *map(str, [*bills, *options]))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^lookup \w+ APPROVED: 2$", ran.stdout, re.MULTILINE), ran.stdout
    assert re.search(r"^payment \w+ APPROVED: 2$", ran.stdout, re.MULTILINE), ran.stdout
