"""The index that ``search`` asks, and the turns that writers of events take: SQL that differs between databases.

On PostgreSQL a generated column of text-search vectors with a GIN index; on SQLite an FTS5 table kept up by triggers.
Both see words as runs of letters and digits. A migration that makes SQLite rebuild the table of messages or of threads
(Django does so for many changes) drops its triggers: let it call ``install`` again.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Table and column → the FTS5 table beside it.
INDEXED = {
    ("messaging_message", "body"): "messaging_message_fts",
    ("messaging_thread", "subject"): "messaging_thread_fts",
}

#: Held from the writing of an event to the commit; any number, the same for ever.
TURN = 7_236_451_001


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for (table, column), index in INDEXED.items():
        match schema_editor.connection.vendor:
            case "postgresql":
                _run(schema_editor, _POSTGRESQL_INDEX, table=table, column=column)
            case "sqlite":
                _run(schema_editor, _DROP_SQLITE_INDEX, table=table, index=index)
                _run(schema_editor, _SQLITE_INDEX, table=table, column=column, index=index)
    if schema_editor.connection.vendor == "postgresql":
        _run(schema_editor, _TAKE_TURNS, turn=str(TURN))


def uninstall(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for (table, _), index in INDEXED.items():
        match schema_editor.connection.vendor:
            case "postgresql":
                _run(
                    schema_editor, ["DROP INDEX {table}_search", "ALTER TABLE {table} DROP COLUMN search"], table=table
                )
            case "sqlite":
                _run(schema_editor, _DROP_SQLITE_INDEX, table=table, index=index)
    if schema_editor.connection.vendor == "postgresql":
        _run(
            schema_editor,
            ["DROP TRIGGER messaging_take_turns ON messaging_event", "DROP FUNCTION messaging_take_turn()"],
        )


def _run(schema_editor: BaseDatabaseSchemaEditor, statements: list[str], **names: str) -> None:
    for statement in statements:
        for name, value in names.items():
            statement = statement.replace("{" + name + "}", value)  # noqa: PLW2901 - SQL has braces of its own
        schema_editor.execute(statement)


_POSTGRESQL_INDEX = [
    r"""ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS
        (to_tsvector('simple', regexp_replace({column}, '[^[:alnum:]]+', ' ', 'g'))) STORED""",
    "CREATE INDEX {table}_search ON {table} USING gin (search)",
]

# A trigger for the statement runs before any row's id is drawn from the sequence.
_TAKE_TURNS = [
    """CREATE FUNCTION messaging_take_turn() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock({turn}); RETURN NULL; END $$""",
    """CREATE TRIGGER messaging_take_turns BEFORE INSERT ON messaging_event
       FOR EACH STATEMENT EXECUTE FUNCTION messaging_take_turn()""",
]

_SQLITE_INDEX = [
    """CREATE VIRTUAL TABLE {index} USING fts5(
         {column}, content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    "INSERT INTO {index}({index}) VALUES ('rebuild')",
    """CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN
         INSERT INTO {index}(rowid, {column}) VALUES (new.id, new.{column}); END""",
    """CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN
         INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.id, old.{column}); END""",
    """CREATE TRIGGER {index}_update AFTER UPDATE OF {column} ON {table} BEGIN
         INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.id, old.{column});
         INSERT INTO {index}(rowid, {column}) VALUES (new.id, new.{column}); END""",
]

_DROP_SQLITE_INDEX = [
    "DROP TRIGGER IF EXISTS {index}_insert",
    "DROP TRIGGER IF EXISTS {index}_delete",
    "DROP TRIGGER IF EXISTS {index}_update",
    "DROP TABLE IF EXISTS {index}",
]
