"""What PostgreSQL needs for the large joins of the back office: statistics of their tables, and memory.

PostgreSQL gathers statistics in the background, up to a minute after a table has changed. Until then it takes a table of a
million new rows for an empty one, and reads it once for each row of another: minutes become days. So what has just
been loaded is looked at before it is joined. The other databases need nothing: SQLite plans by the shape of the
statement, and Oracle samples tables that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, text

_JOIN_MIB = 64

_CHANGED = text(
    "SELECT relname FROM pg_stat_user_tables WHERE relid = ANY (CAST(CAST(:names AS text[]) AS regclass[]))"
    " AND n_mod_since_analyze > 50 + n_live_tup / 5"
)


def gather_statistics(connection: Connection, loaded: Sequence[Table], joined: Sequence[Table] = ()) -> None:
    """Gather the statistics of tables that were just loaded.

    Args:
        joined: tables that are joined with them; those are looked at that changed by more than a fifth since
            PostgreSQL has last looked.
    """
    if connection.dialect.name != "postgresql":
        return
    names = [table.name for table in joined]
    outdated = set(connection.execute(_CHANGED, {"names": names}).scalars()) if names else set()
    for table in (*loaded, *(each for each in joined if each.name in outdated)):
        connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.format_table(table)}")


def give_memory(connection: Connection) -> None:
    """Let the joins of a transaction be in memory, up to a bound for each of their steps, and not be compiled.

    To compile a long statement takes longer than it saves: some 0.2 s, more for a million rows.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL jit = off; SET LOCAL work_mem = '{_JOIN_MIB}MB'")
