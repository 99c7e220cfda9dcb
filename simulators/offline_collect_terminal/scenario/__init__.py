"""Scenarios: reader, runner, expectations, reports."""
