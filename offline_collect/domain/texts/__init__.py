"""Texts for people: translatable phrases, masking, normalisation and check digits."""
