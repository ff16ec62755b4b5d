"""The pages of threads: the list, and a thread with what staff do in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from messaging_plugin import access, inbox, reading
from messaging_plugin.admin import dialogue, names, narrowing
from messaging_plugin.admin.forms import DisputeForm, ReplyForm
from messaging_plugin.admin.pages import MessagesPage
from messaging_plugin.disputes import close_dispute, open_dispute
from messaging_plugin.filters import ThreadFilter
from messaging_plugin.messages import send_message
from messaging_plugin.models import Message, Thread
from messaging_plugin.vocabulary import ThreadKind
from shop.actors import Actor
from shop.authentication import actor_in_admin
from shop.errors import ShopError
from shop.plugins.api import current

#: Of a message's number.
MOST_DIGITS = 9


@admin.register(Thread)
class ThreadPage(MessagesPage):
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return inbox.threads_of(actor_in_admin(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found = narrowing.narrowed(ThreadFilter, {"search": search_term}, queryset, request)
        return found, False

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_thread_changelist"),
            path("<int:pk>/change/", view(self.thread_view), name="messaging_thread_change"),
            path("<int:pk>/close-dispute/", view(self.close_view), name="messaging_thread_close_dispute"),
        ]

    # ── the list ────────────────────────────────────────────────────────────────────────────

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

    # ── one thread ──────────────────────────────────────────────────────────────────────────

    def thread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = self.actor(request)
        thread = _seen(actor, pk)
        reply = ReplyForm(request.POST if "reply" in request.POST else None, prefix="reply")
        dispute = DisputeForm(request.POST if "open" in request.POST else None, prefix="dispute")
        if request.method == "POST" and self._act(request, actor, thread, reply, dispute):
            return HttpResponseRedirect(f"{_address(thread)}#latest")
        return self.page(
            request,
            "thread.html",
            {
                "title": inbox.subject_of(thread),
                "thread": thread,
                "note": dialogue.note_of(thread),
                "facts": dialogue.facts_about(actor, thread),
                "order_lines": dialogue.order_lines(actor, thread),
                "more": dialogue.links_to_more(thread),
                "history": dialogue.history_of(thread) if thread.kind == ThreadKind.ORDER else [],
                "reply": reply if access.may_post(actor, thread) else None,
                "dispute": dispute if access.may_open_dispute(actor, thread) else None,
                "may_close": thread.open_dispute_id is not None and access.may_close(actor, thread),
                **_messages_of(request, actor, thread),
            },
        )

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once more, then closes."""
        actor = self.actor(request)
        thread = _seen(actor, pk)
        if request.method == "POST":
            _done(request, lambda: _close(actor, thread))
            return HttpResponseRedirect(f"{_address(thread)}#latest")
        if thread.open_dispute is None or not access.may_close(actor, thread):
            return HttpResponseRedirect(_address(thread))
        context = {"title": "Close the dispute", "thread": thread, "about": inbox.subject_of(thread)}
        return self.page(request, "close_dispute.html", {**context, "note": dialogue.note_of(thread)})

    def _act(self, request: HttpRequest, actor: Actor, thread: Thread, reply: ReplyForm, dispute: DisputeForm) -> bool:
        """Whether a button has done its work; a form that is refused is shown again."""
        if "reply" in request.POST:
            return reply.does(
                lambda said: send_message(
                    actor=actor, thread=thread, body=said["body"], idempotency_key=said["key"] or None
                )
            )
        if "open" in request.POST:
            return dispute.does(lambda said: open_dispute(actor=actor, thread=thread, reason=said["reason"]))
        if "read" in request.POST:
            last = _message_in(thread, _number(request.POST.get("up_to")))
            return _done(request, lambda: reading.mark_read(actor=actor, thread=thread, up_to=last))
        if "unread" in request.POST:
            return _done(request, lambda: reading.mark_unread(actor=actor, thread=thread))
        messages.error(request, "Nothing was done: this button is not known here.")
        return True


def _messages_of(request: HttpRequest, actor: Actor, thread: Thread) -> dict[str, Any]:
    lines = dialogue.lines_of(actor, thread, before=_number(request.GET.get("before")))
    return {
        "lines": lines,
        "is_latest": not lines or lines[-1].message.number == thread.message_count,
        "earlier": lines[0].message.number if lines and lines[0].message.number > 1 else None,
    }


def _seen(actor: Actor, pk: int) -> Thread:
    thread = inbox.thread_of(actor, pk)
    if thread is None:
        raise Http404
    return thread


def _address(thread: Thread) -> str:
    return reverse("admin:messaging_thread_change", args=[thread.pk])


def _message_in(thread: Thread, number: int | None) -> Message | None:
    return None if number is None else thread.messages.filter(number=number).first()


def _number(text: str | None) -> int | None:
    """What no message can have is None, too."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _close(actor: Actor, thread: Thread) -> None:
    if thread.open_dispute is None:
        raise ShopError("This dispute is not open.", code="DISPUTE_NOT_OPEN")
    close_dispute(actor=actor, dispute=thread.open_dispute)


def _done(request: HttpRequest, deed: Callable[[], object]) -> bool:
    try:
        deed()
    except ShopError as error:
        messages.error(request, error.message)
    return True


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"
