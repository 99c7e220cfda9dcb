"""Chooses the next frame, and estimates which frames can be handled before their deadline."""
