from django.contrib import admin

from shop.admin.permissions import NeedsPermission
from shop.models import Page
from shop.vocabulary import Permission


@admin.register(Page)
class PagePage(NeedsPermission, admin.ModelAdmin):  # type: ignore[type-arg]
    permission = Permission.MANAGE_SHOP
    list_display = ("title", "slug", "is_published")
    list_filter = ("is_published",)
    search_fields = ("title", "slug", "body")
    prepopulated_fields = {"slug": ("title",)}
