"""Mandates of direct debits: their terms, and what operators decide about them."""
