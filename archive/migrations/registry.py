"""Where the steps of the schema are told, in their order."""

from sqlite_utils.migrations import Migrations

migrations = Migrations("khabar")
