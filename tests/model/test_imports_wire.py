"""Imports beneath the wire, played against the model: what terminals see of them, in bytes."""

from tests.model.back_office import BackOffice
from tests.model.playing import make_machine, playing
from tests.model.test_wire import make_system

TestImportsBeneathTheWire = make_machine(make_system, playing(examples=4, steps=20), BackOffice)
