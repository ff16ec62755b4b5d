"""Who was told of what, by which channel, and why not; what was given up is tried again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from messaging_plugin import access
from messaging_plugin.admin import narrowing
from messaging_plugin.admin.attempts import AttemptsPage
from messaging_plugin.models import Notification
from messaging_plugin.notifications.channels import EMAIL
from messaging_plugin.notifications.claiming import try_again
from messaging_plugin.vocabulary import NotificationEvent
from shop.authentication import actor_in_admin


@admin.register(Notification)
class NotificationPage(AttemptsPage):
    list_display = ("about", "what", "who", "channel", "status", "attempts", "why", "written")
    list_display_links = ("about",)
    list_filter = (narrowing.DeliveryByState, narrowing.DeliveryByChannel, narrowing.DeliveryByKind)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        found = Notification.objects.filter(access.visible(self.actor(request), "thread__"))
        return found.select_related("user", "thread__vendor").order_by("-pk")

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's own, of which none but the list is left."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="messaging_notification_changelist"),
            path("<int:pk>/change/", view(self.thread_view), name="messaging_notification_change"),
        ]

    def thread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.get_queryset(request).filter(pk=pk).first()
        if found is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:messaging_thread_change", args=[found.thread_id]))

    @admin.display(description="kind")
    def what(self, told: Notification) -> str:
        return str(NotificationEvent(told.event).label)

    @admin.display(description="recipient")
    def who(self, told: Notification) -> str:
        if told.user is not None:
            return told.user.name
        if told.department:
            return "Department" if told.channel == EMAIL else "The shop"
        return "Guest"

    @admin.action(description="Try again")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        chosen = queryset.count()  # before their state, by which the list may be narrowed, is another
        count = try_again(actor=actor_in_admin(request), notifications=queryset)
        messages.success(request, f"To be sent again: {count} of {chosen}.")
