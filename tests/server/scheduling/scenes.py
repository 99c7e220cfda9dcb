"""What tests of turns and refusals have in common: payments by number, lanes with room, reading that takes time."""

from offline_collect.engine import Delivery
from tests.messages.golden import TODAY
from tests.server.rig import frame_of, request_of


def stans(platform):
    return [work.command.stan for work in platform.engine.taken]


def payments_from(first, count, **elements):
    return [request_of("payment", de11=f"{first + nth:06d}", **elements) for nth in range(count)]


def payment_in_bytes(stan):
    return frame_of(payments_from(stan, 1)[0])


def give_room(platform, commands):
    """Have lanes finish a batch of other commands."""
    platform.engine.room = commands
    platform.server.delivered(Delivery([], TODAY))


class SlowTranslator:
    """A link's translator whose reading of a frame takes some time."""

    def __init__(self, platform, seconds):
        self._platform, self._translator, self._seconds = platform, platform.link.translator, seconds
        platform.link.translator = self

    def __getattr__(self, name):
        return getattr(self._translator, name)

    def read(self, *args):
        self._platform.clock.advance(self._seconds)
        return self._translator.read(*args)

    def refuse(self, *args):
        self._platform.clock.advance(self._seconds)
        return self._translator.refuse(*args)
