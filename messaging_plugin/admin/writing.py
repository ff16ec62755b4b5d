"""Writing first: to the customer of an order, or to a vendor."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from messaging_plugin.admin.forms import VerbForm, text_field
from messaging_plugin.models import Thread
from messaging_plugin.routing import orders_with_parties
from messaging_plugin.settings import today
from messaging_plugin.threads import start_thread, start_vendor_thread
from shop.actors import Actor
from shop.errors import Invalid, NotFound
from shop.models import Order, Product, Vendor
from shop.vocabulary import Permission

CUSTOMER, VENDOR = "customer", "vendor"


def may_write_to_vendors(actor: Actor) -> bool:
    return actor.may(Permission.MANAGE_MESSAGES) and today().has_vendors


class WriteForm(VerbForm):
    """Whoever may not write to vendors is not offered them."""

    to = forms.ChoiceField(
        choices=[(CUSTOMER, "The customer of an order"), (VENDOR, "A vendor")],
        initial=CUSTOMER,
        widget=forms.RadioSelect,
    )
    order = forms.CharField(required=False, label="Order number", widget=AdminTextInputWidget)
    vendor = forms.ModelChoiceField(Vendor.objects.none(), required=False)
    subject = forms.CharField(required=False, strip=False, widget=AdminTextInputWidget)
    sku = forms.CharField(required=False, label="About the product", help_text="The SKU of a product of this vendor.")
    body = text_field("Message", rows=8)

    def __init__(self, actor: Actor, data: Any = None, *, initial: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        if may_write_to_vendors(actor):
            vendors: Any = self.fields["vendor"]
            vendors.queryset = Vendor.objects.filter(is_active=True).order_by("name", "pk")
        else:
            for name in ("to", "vendor", "subject", "sku"):
                del self.fields[name]

    def fieldsets(self) -> list[tuple[str | None, dict[str, Any]]]:
        if "vendor" not in self.fields:
            return [(None, {"fields": ["order", "body"]})]
        return [
            (None, {"fields": ["to"]}),
            ("The customer of an order", {"fields": ["order"]}),
            ("A vendor", {"fields": ["vendor", "subject", "sku"]}),
            (None, {"fields": ["body"]}),
        ]


def write(actor: Actor, said: dict[str, Any]) -> Thread:
    """The thread that was begun, or gone on with. Raises what the verbs raise."""
    key = said["key"] or None
    if said.get("to", CUSTOMER) == CUSTOMER:
        order = _order(said["order"])
        return start_thread(actor=actor, about=order, body=said["body"], idempotency_key=key).thread
    if said["vendor"] is None:
        raise Invalid("Choose a vendor.", code="RECIPIENT_REQUIRED", field=("vendor",))
    return start_vendor_thread(
        actor=actor,
        vendor=said["vendor"],
        subject=said["subject"],
        body=said["body"],
        context=_product(said["sku"]) if said["sku"] else None,
        idempotency_key=key,
    ).thread


def _order(number: str) -> Order:
    order = orders_with_parties(Order.objects.filter(number=number.removeprefix("#"))).first()
    if order is None:
        raise NotFound("There is no order of this number.", field=("order",))
    return order


def _product(sku: str) -> Product:
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise NotFound("There is no product with this SKU.", field=("sku",))
    return product
