"""The small tables that tests here are about."""

from tests.small_tables import clients, panel, sessions, tables, write_point

__all__ = ["clients", "panel", "sessions", "tables", "write_point"]
