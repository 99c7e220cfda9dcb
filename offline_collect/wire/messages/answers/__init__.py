"""Answers: from the answer of the domain to the response."""
