"""The invariants of a store, checked."""
