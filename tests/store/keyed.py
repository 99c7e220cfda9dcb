"""Links whose keys are generated, rotated or imported, on any kind of store."""

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.roles import Role
from offline_collect.domain.keys.life import KeyPurpose
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.rewrap import rewrap
from offline_collect.merchant.keys.working_keys import Order
from offline_collect.store import masters_in_use
from offline_collect.wire.security.key_block import wrap
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.fakes.bank import NOON
from tests.support.actors import person

NEXT = MasterKey(bytes(range(1, 33)))
CUSTODY = Custody(MasterKey(bytes(range(32))), dt.timedelta(minutes=60), following=NEXT)
FIRST, SECOND = bytes(range(16)), b"0123456789abcdef"
KEK = bytes(a ^ b for a, b in zip(FIRST, SECOND, strict=True))
LINKS = {
    DualAction.KEYS_GENERATE: "fep-new",
    DualAction.KEYS_ROTATE: "fep-old",
    DualAction.KEYS_IMPORT: "fep-theirs",
    DualAction.KEYS_REWRAP: "fep-rewrapped",
}


@dataclass
class Keyed:
    """The links of a store, each with a KEK, and one with a working key."""

    store: object

    def __post_init__(self):
        for name in LINKS.values():
            for number, value in ((1, FIRST), (2, SECOND)):
                custodian = person(f"custodian {number}", Role.OPERATOR)
                component = Component(number, value)
                enter_component(
                    self.store, CUSTODY, terms_of(name), KeyPurpose.KEK, component, custodian, NOON
                )
        first = Order(DualAction.KEYS_GENERATE, terms_of("fep-old"))
        working_keys.make(self.store, CUSTODY, first, SYSTEM, NOON)

    def ask(self, action, actor):
        if action is DualAction.KEYS_REWRAP:
            return rewrap(self.store, CUSTODY, actor, NOON)
        theirs = DualAction.KEYS_IMPORT
        block = wrap(KEK, FIRST, MacAlgorithm.AES_CMAC) if action is theirs else None
        order = Order(action, terms_of(LINKS[action]), block)
        return working_keys.make(self.store, CUSTODY, order, actor, NOON)

    def done(self, action):
        """Whether the link has the requested working key, or all keys are under the next master key."""
        if action is DualAction.KEYS_REWRAP:
            with self.store.snapshot() as reading:
                return masters_in_use(reading) == {NEXT.check_value}
        before = 2 if action is DualAction.KEYS_ROTATE else 1
        keys = working_keys.in_force(self.store, [LINKS[action]])
        return any(key.key_number > before for key in keys)


def terms_of(name):
    return KeyTerms(name, MacAlgorithm.AES_CMAC, "BANK")
