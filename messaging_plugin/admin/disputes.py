"""The list of disputes; each leads to its thread, where it is settled."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from messaging_plugin import access, inbox
from messaging_plugin.admin import names, narrowing
from messaging_plugin.admin.pages import MessagesPage
from messaging_plugin.models import Dispute
from messaging_plugin.vocabulary import DisputeStatus
from shop.authentication import actor_in_admin


@admin.register(Dispute)
class DisputePage(MessagesPage):
    list_display = ("about", "state", "why", "opened", "closed")
    list_display_links = ("about", "why")
    list_filter = (
        narrowing.DisputeByStatus,
        narrowing.DisputeByVendor,
        narrowing.DisputeByOpening,
        narrowing.DisputeByCustomer,
        narrowing.DisputeByOrder,
    )
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        return inbox.disputes_of(actor_in_admin(request))

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_dispute_changelist"),
            path("<int:pk>/change/", view(self.thread_view), name="messaging_dispute_change"),
        ]

    def thread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        dispute = access.dispute_for(self.actor(request), pk)
        if dispute is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:messaging_thread_change", args=[dispute.thread_id]))

    @admin.display(description="thread")
    def about(self, dispute: Dispute) -> str:
        return inbox.subject_of(dispute.thread)

    @admin.display(description="status", ordering="status")
    def state(self, dispute: Dispute) -> str | SafeString:
        if dispute.status == DisputeStatus.OPEN:
            return format_html('<span class="dispute-mark">{}</span>', "Open")
        return "Closed"

    @admin.display(description="reason")
    def why(self, dispute: Dispute) -> str:
        return Truncator(dispute.reason).chars(names.EXCERPT)

    @admin.display(ordering="opened_at")
    def opened(self, dispute: Dispute) -> str:
        return f"{names.date_of(dispute.opened_at)} by {names.opener_of(dispute)}"

    @admin.display(ordering="closed_at")
    def closed(self, dispute: Any) -> str:
        if dispute.closed_at is None:
            return ""
        return f"{names.date_of(dispute.closed_at)} by {names.closer_of(dispute)}"
