"""Texts for people: phrases that can be translated, what is cut or masked, check digits."""
