"""The pages of threads: the list, and a thread with what staff do in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from messaging_plugin import access, inbox, reading
from messaging_plugin.admin import dialogue
from messaging_plugin.admin.forms import DisputeForm, ReplyForm, VerbForm
from messaging_plugin.admin.thread_list import ThreadList
from messaging_plugin.admin.writing import WriteForm, write
from messaging_plugin.disputes import close_dispute, open_dispute
from messaging_plugin.messages import send_message
from messaging_plugin.models import Message, Thread
from messaging_plugin.vocabulary import ThreadKind
from shop.actors import Actor
from shop.errors import ShopError

#: Of a message's number.
MOST_DIGITS = 9


@admin.register(Thread)
class ThreadPage(ThreadList):
    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_thread_changelist"),
            path("add/", view(self.write_view), name="messaging_thread_add"),
            path("<int:pk>/change/", view(self.thread_view), name="messaging_thread_change"),
            path("<int:pk>/close-dispute/", view(self.close_view), name="messaging_thread_close_dispute"),
        ]

    def write_view(self, request: HttpRequest) -> HttpResponse:
        actor = self.actor(request)
        form = WriteForm(actor, request.POST if request.method == "POST" else None, initial=request.GET.dict())
        begun: list[Thread] = []
        if request.method == "POST" and form.does(lambda said: begun.append(write(actor, said))):
            return HttpResponseRedirect(f"{_address(begun[0])}#latest")
        fields: Any = form  # Django's own pages show plain forms so, too
        context = {"form": form, "adminform": AdminForm(fields, form.fieldsets(), {}), "errors": form.errors}
        return self.page(request, "write.html", {"title": "New message", **context})

    # ── one thread ──────────────────────────────────────────────────────────────────────────

    def thread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = self.actor(request)
        thread = _seen(actor, pk)
        reply = ReplyForm(request.POST if "reply" in request.POST else None, prefix="reply")
        dispute = DisputeForm(request.POST if "open" in request.POST else None, prefix="dispute")
        if request.method == "POST" and self._act(request, actor, thread, reply, dispute):
            return HttpResponseRedirect(f"{_address(thread)}#latest")
        may_post, may_open = access.may_post(actor, thread), access.may_open_dispute(actor, thread)
        for form, is_shown in ((reply, may_post), (dispute, may_open)):
            if not is_shown:
                _tell_errors(request, form)
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
                "reply": reply if may_post else None,
                "dispute": dispute if may_open else None,
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


def _tell_errors(request: HttpRequest, form: VerbForm) -> None:
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))


def _done(request: HttpRequest, deed: Callable[[], object]) -> bool:
    try:
        deed()
    except ShopError as error:
        messages.error(request, error.message)
    return True
