"""What every client of a foreign stack sends, in the elements of its definition."""

import datetime as dt
from dataclasses import dataclass

from offline_collect.wire.layouts.pds import build_pds
from tests.databases.school import AMOUNT, MERCHANT

INSTITUTION = "1234567"
"""Of an odd number of digits: packed ones have a nibble too many."""


@dataclass(frozen=True)
class Network:
    """Where a definition says what a network message is about, and its codes."""

    element: str = "70"
    sign_on: str = "001"
    echo: str = "301"


class Requests:
    """The requests of one terminal."""

    def __init__(self, network: Network, terminal: str) -> None:
        self._network = network
        self._terminal = terminal
        self._stan = 0

    def sign_on(self) -> dict[str, object]:
        return self._request("0800", {**self._base(), self._network.element: self._network.sign_on})

    def echo(self) -> dict[str, object]:
        return self._request("0800", {**self._base(), self._network.element: self._network.echo})

    def inquiry(self, bill: str) -> dict[str, object]:
        asked = {"3": "380000", "42": MERCHANT.ljust(15), "48": _private({"0030": bill})}
        return self._request("0100", {**self._base(), **asked})

    def payment(self, bill: str) -> dict[str, object]:
        now = dt.datetime.now(dt.UTC)
        base = self._base()
        paid = {
            "3": "500000",
            "4": f"{AMOUNT:012}",
            "12": f"{now:%H%M%S}",
            "13": f"{now:%m%d}",
            "22": "012",
            "37": f"{now:%y%m%d}{base['11']}",
            "42": MERCHANT.ljust(15),
            "48": _private({"0030": bill, "0061": "CASH", "0062": "KIOSK"}),
            "49": "156",
        }
        return self._request("0200", {**base, **paid})

    def reversal(self, of: dict[str, object]) -> dict[str, object]:
        was = of["elements"]
        original = f"0200{was['11']}{was['7']}{was['32']:>011}{'0' * 11}"
        same = {number: was[number] for number in ("3", "4", "42", "49")}
        return self._request("0400", {**self._base(), **same, "39": "68", "90": original})

    def _base(self) -> dict[str, str]:
        self._stan += 1
        sent = f"{dt.datetime.now(dt.UTC):%m%d%H%M%S}"
        return {"7": sent, "11": f"{self._stan:06}", "32": INSTITUTION, "41": self._terminal}

    def _request(self, mti: str, elements: dict[str, str]) -> dict[str, object]:
        return {"mti": mti, "elements": dict(sorted(elements.items(), key=lambda each: int(each[0])))}


def again(request: dict[str, object], mti: str) -> dict[str, object]:
    """Return a repeat of a request: the same elements."""
    return {**request, "mti": mti}


def _private(tags: dict[str, str]) -> str:
    return build_pds(list(tags.items()), "ascii")
