"""What PostgreSQL's planner may believe at its worst."""

from django.db import connection


def believe_tables_empty() -> None:
    """As after autovacuum saw tables whose rows had all been rolled back: until the next ANALYZE the planner takes each
    for empty, however many rows come, and joins what is filled meanwhile in nested loops."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, 'relpages', 100,"
            " 'reltuples', 0::real) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
