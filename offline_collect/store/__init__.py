"""The store: tables, facts, effects, migrations and verification; the only room that speaks SQL."""
