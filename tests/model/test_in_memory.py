"""The decisions alone, played against the model over a store of plain dictionaries."""

from tests.model.playing import make_machine, playing
from tests.model.system import InMemorySystem

TestInMemory = make_machine(InMemorySystem, playing(examples=60, steps=40))
