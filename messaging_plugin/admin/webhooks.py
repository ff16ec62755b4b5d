"""What the shop's own system was told, and what it answered; whatever is chosen is sent again."""

import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from messaging_plugin import access
from messaging_plugin.admin import names, narrowing
from messaging_plugin.admin.attempts import AttemptsPage
from messaging_plugin.filters import WebhookFilter
from messaging_plugin.models import WebhookDelivery
from messaging_plugin.vocabulary import NotificationState
from messaging_plugin.webhooks.delivery import send_again
from messaging_plugin.webhooks.payloads import type_of
from messaging_plugin.webhooks.writing import KINDS
from shop.authentication import actor_in_admin


class ByState(narrowing.DeliveryByState):
    filterset = WebhookFilter
    choices_offered = tuple((one.value, one.label) for one in NotificationState if one != NotificationState.SKIPPED)


class ByKind(narrowing.DeliveryByState):
    filterset = WebhookFilter
    title, parameter_name = "event", "kind"
    choices_offered = tuple((one.value, one.label) for one in KINDS)


@admin.register(WebhookDelivery)
class WebhookPage(AttemptsPage):
    list_display = ("what", "about", "status", "attempts", "answered", "why", "written")
    list_display_links = ("what",)
    list_filter = (ByState, ByKind)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        found = WebhookDelivery.objects.filter(access.visible(self.actor(request), "thread__"))
        return found.select_related("thread__vendor").order_by("-pk")

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_webhookdelivery_changelist"),
            path("<int:pk>/change/", view(self.delivery_view), name="messaging_webhookdelivery_change"),
        ]

    def delivery_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery = self.get_queryset(request).filter(pk=pk).first()
        if delivery is None:
            raise Http404
        facts = {
            "State": self.status(delivery),
            "Attempts": delivery.attempts,
            "Answer": delivery.http_status or "",
            "Why": delivery.note,
            "Sent to": delivery.host,
            "Id": delivery.message_key,
            "Happened": names.date_of(delivery.created_at),
            "Settled": "" if delivery.settled_at is None else names.date_of(delivery.settled_at),
            "Next attempt": "" if delivery.settled_at is not None else names.date_of(delivery.due_at),
        }
        payload = json.dumps(json.loads(delivery.payload), indent=2, ensure_ascii=False) if delivery.payload else ""
        context = {
            "title": f"{self.what(delivery)} {delivery.event}",
            "thread": delivery.thread,
            "about": self.about(delivery),
            "facts": {name: value for name, value in facts.items() if value != ""},
            "payload": payload,
        }
        return self.page(request, "webhook_delivery.html", context)

    @admin.display(description="event")
    def what(self, delivery: WebhookDelivery) -> str:
        return type_of(delivery)

    @admin.display(description="answer")
    def answered(self, delivery: WebhookDelivery) -> int | None:
        return delivery.http_status

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        chosen = queryset.count()  # before their state, by which the list may be narrowed, is another
        count = send_again(actor=actor_in_admin(request), deliveries=queryset)
        messages.success(request, f"To be sent again: {count} of {chosen}.")
