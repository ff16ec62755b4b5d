"""The list of threads: what a row says, what narrows it, and marking many at once."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from messaging_plugin import inbox, reading
from messaging_plugin.admin import names, narrowing
from messaging_plugin.admin.pages import MessagesPage
from messaging_plugin.filters import ThreadFilter
from messaging_plugin.models import Thread
from shop.authentication import actor_in_admin
from shop.plugins.api import current


class ThreadList(MessagesPage):
    list_display = ("about", "people", "last_words", "last_at")
    list_display_links = ("about", "last_words")
    list_filter = (
        narrowing.ByUnread,
        narrowing.ByDispute,
        narrowing.ByKind,
        narrowing.ByVendor,
        narrowing.ByActivity,
        narrowing.BySide,
        narrowing.ByCustomer,
        narrowing.ByOrder,
        narrowing.ByProduct,
    )
    search_fields = ("subject",)  # shows the box; what it finds is up to get_search_results
    search_help_text = "Words in messages and subjects, or an order's number."
    actions = ("mark_read", "mark_unread")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return inbox.threads_of(actor_in_admin(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found = narrowing.narrowed(ThreadFilter, {"search": search_term}, queryset, request)
        return found, False

    @admin.display(description="thread")
    def about(self, thread: Thread) -> str | SafeString:
        subject = inbox.subject_of(thread)
        if thread.open_dispute_id is None:
            return subject
        return format_html('{} <span class="dispute-mark">{}</span>', subject, "Open dispute")

    @admin.display(description="between")
    def people(self, thread: Thread) -> SafeString:
        customer = names.customer_of(thread) or current().name
        return format_html("{}<br>{}", customer, names.counterparty_of(thread))

    @admin.display(description="latest message")
    def last_words(self, thread: Any) -> str | SafeString:
        words = names.excerpt_of(thread)
        if not thread.unread_count:
            return words
        return format_html('<span class="unread-count">{}</span> <strong>{}</strong>', thread.unread_count, words)

    @admin.display(description="date", ordering="updated_at")
    def last_at(self, thread: Thread) -> str:
        return names.date_of(thread.updated_at)

    @admin.action(description="Mark as read")
    def mark_read(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        marked = reading.mark_threads_read(actor=actor_in_admin(request), threads=queryset)
        messages.success(request, f"Marked as read: {_threads(marked)}.")

    @admin.action(description="Mark as unread")
    def mark_unread(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        marked = reading.mark_threads_unread(actor=actor_in_admin(request), threads=queryset)
        messages.success(request, f"Marked as unread: {_threads(marked)}.")


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"
