from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from shop import administration
from shop.admin.permissions import OnlyShown, actor_of
from shop.errors import ShopError
from shop.models import ShopSettings
from shop.vocabulary import MultivendorMode, Permission


class ShopSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ShopSettings
        fields = ("name", "multivendor_mode")
        help_texts = {
            "multivendor_mode": "Off: one seller. Separate shops: one order per vendor, who handles it. "
            "Warehouse: one order, the store handles it."
        }

    def clean_name(self) -> str:
        try:
            return administration.checked_name(self.cleaned_data["name"])
        except ShopError as error:
            raise ValidationError(error.message) from None


@admin.register(ShopSettings)
class ShopSettingsPage(OnlyShown, admin.ModelAdmin):  # type: ignore[type-arg]
    """There is one shop: its list is its page."""

    permission = Permission.MANAGE_SHOP
    form = ShopSettingsForm
    radio_fields = {"multivendor_mode": admin.VERTICAL}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        return HttpResponseRedirect(reverse("admin:shop_shopsettings_change", args=[1]))

    def save_model(self, request: HttpRequest, obj: ShopSettings, form: Any, change: Any) -> None:  # noqa: ARG002 - Django's signature
        administration.update_shop(actor=actor_of(request), name=obj.name, mode=MultivendorMode(obj.multivendor_mode))
