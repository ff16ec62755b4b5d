from django.contrib import admin
from django.db import models

from shop.admin.permissions import NeedsPermission
from shop.models import Product, Vendor, VendorMembership
from shop.vocabulary import Permission


class MembersOfVendor(NeedsPermission, admin.TabularInline):  # type: ignore[type-arg]
    permission = Permission.MANAGE_SHOP
    model = VendorMembership
    autocomplete_fields = ("user",)
    extra = 0
    verbose_name = "member"
    verbose_name_plural = "members"


@admin.register(Vendor)
class VendorPage(NeedsPermission, admin.ModelAdmin):  # type: ignore[type-arg]
    permission = Permission.MANAGE_SHOP
    list_display = ("name", "slug", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembersOfVendor,)


@admin.register(Product)
class ProductPage(NeedsPermission, admin.ModelAdmin):  # type: ignore[type-arg]
    permission = Permission.MANAGE_SHOP
    list_display = ("name", "sku", "vendor", "price", "is_published")
    list_filter = ("is_published", "vendor")
    list_select_related = ("vendor",)
    search_fields = ("name", "sku")
    autocomplete_fields = ("vendor",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
