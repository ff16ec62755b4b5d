"""Announcements: those sent, each with its threads, and the form of a new one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from messaging_plugin import access, inbox
from messaging_plugin.admin import names
from messaging_plugin.admin.forms import AnnouncementForm
from messaging_plugin.admin.pages import MessagesPage
from messaging_plugin.announcements import send_announcement
from messaging_plugin.models import Announcement, Thread
from shop.authentication import actor_in_admin
from shop.vocabulary import Permission

FIELDSETS = [
    (None, {"fields": ["subject", "body"]}),
    ("Recipients", {"fields": ["everyone", "vendors", "allow_replies"]}),
]


@admin.register(Announcement)
class AnnouncementPage(MessagesPage):
    permissions = (Permission.MANAGE_MESSAGES,)
    list_display = ("subject", "sent_by", "vendors", "replies_allowed", "sent_at")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.may_announce(actor_in_admin(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        announcements: QuerySet[Announcement] = super().get_queryset(request)
        return announcements.select_related("author").annotate(thread_count=Count("threads"))

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_announcement_changelist"),
            path("add/", view(self.send_view), name="messaging_announcement_add"),
            path("<int:pk>/change/", view(self.sent_view), name="messaging_announcement_change"),
        ]

    @admin.display(description="by")
    def sent_by(self, announcement: Announcement) -> str:
        return "Deleted user" if announcement.author is None else announcement.author.name

    @admin.display(ordering="thread_count")
    def vendors(self, announcement: Any) -> int:
        return int(announcement.thread_count)

    @admin.display(description="sent", ordering="created_at")
    def sent_at(self, announcement: Announcement) -> str:
        return names.date_of(announcement.created_at)

    def send_view(self, request: HttpRequest) -> HttpResponse:
        actor = self.actor(request)
        if not access.may_announce(actor):
            raise PermissionDenied
        form = AnnouncementForm(request.POST if request.method == "POST" else None)
        told: list[Thread] = []
        if request.method == "POST" and form.does(
            lambda said: told.extend(
                send_announcement(
                    actor=actor,
                    vendors=None if said["everyone"] else list(said["vendors"]),
                    subject=said["subject"],
                    body=said["body"],
                    allow_replies=said["allow_replies"],
                    idempotency_key=said["key"] or None,
                )
            )
        ):
            messages.success(
                request, "Announced to 1 vendor." if len(told) == 1 else f"Announced to {len(told)} vendors."
            )
            return HttpResponseRedirect(reverse("admin:messaging_announcement_changelist"))
        fields: Any = form  # Django's own pages show plain forms so, too
        context = {"form": form, "adminform": AdminForm(fields, FIELDSETS, {}), "errors": form.errors}
        return self.page(request, "announce.html", {"title": "New announcement", **context})

    def sent_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = self.actor(request)
        announcement = self.get_queryset(request).filter(pk=pk).first()
        if announcement is None:
            raise Http404
        context = {
            "title": announcement.subject,
            "announcement": announcement,
            "author": self.sent_by(announcement),
            "threads": inbox.threads_of(actor).filter(announcement=announcement).order_by("vendor__name", "pk"),
        }
        return self.page(request, "announcement.html", context)
