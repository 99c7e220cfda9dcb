"""Frames: where a message begins and ends on a byte stream."""
