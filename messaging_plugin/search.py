"""Finding threads by words. What is searched for is words, never a query language: see ``search_index`` for the index."""

import re

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from messaging_plugin.models import Message, Thread
from messaging_plugin.search_index import INDEXED

#: Words of a search beyond these are left out.
MOST_WORDS = 20

_WORD = re.compile(r"[^\W_]+")


def matching(threads: QuerySet[Thread], text: str) -> QuerySet[Thread]:
    """Threads with a message, or a subject, that has all these words; or about the order of this number.

    Restrict ``threads`` to what the viewer may see. A text without a single word matches no words.
    """
    number = text.strip().removeprefix("#").strip()
    found = Q(order_number__iexact=number) if number.isprintable() and number else Q(pk__in=())
    words = _WORD.findall(text)[:MOST_WORDS]
    if words:
        messages = Message.objects.filter(pk__in=_rows_with(words, "messaging_message", "body"))
        found |= Q(pk__in=messages.order_by().values("thread_id"))
        found |= Q(pk__in=_rows_with(words, "messaging_thread", "subject"))
    return threads.filter(found)


def _rows_with(words: list[str], table: str, column: str) -> RawSQL:
    """Primary keys of the rows whose indexed column has all the words, whole and in any case."""
    index = INDEXED[table, column]
    if connection.vendor == "postgresql":
        sql, asked = f"SELECT id FROM {table} WHERE search @@ plainto_tsquery('simple', %s)", " ".join(words)  # noqa: S608 - our own names
    else:
        # A word in quotes is a word, whatever it means to FTS5 otherwise; side by side they must all occur.
        sql, asked = f"SELECT rowid FROM {index} WHERE {index} MATCH %s", " ".join(f'"{word}"' for word in words)  # noqa: S608 - our own names
    return RawSQL(sql, [asked])  # noqa: S611 - names are constants, what is asked is a parameter
