"""What staff fill in. Whether it fits is up to the verbs: what they refuse stands at the field."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget

from shop.errors import ShopError
from shop.models import Vendor


def text_field(label: str, *, rows: int = 5, placeholder: str = "") -> forms.CharField:
    attrs = {"rows": rows, "placeholder": placeholder}
    return forms.CharField(label=label, required=False, strip=False, widget=AdminTextareaWidget(attrs))


class VerbForm(forms.Form):
    """A form that hands what it has to a verb. ``key`` makes a second click on its button do nothing more."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, initial: Mapping[str, str] | None = None, prefix: str | None = None
    ) -> None:
        super().__init__(data, initial={**(initial or {}), "key": uuid.uuid4().hex}, prefix=prefix)

    def does(self, verb: Callable[[dict[str, Any]], object]) -> bool:
        """Whether the verb took it; if not, the errors are at the fields, and the next try is a new one."""
        if self.is_valid():
            try:
                verb(self.cleaned_data)
            except ShopError as error:
                at = next((part for part in reversed(error.field or ()) if part in self.fields), None)
                self.add_error(at, error.message)
            else:
                return True
        again: Any = self.data.copy()  # type: ignore[attr-defined]
        again[self.add_prefix("key")] = uuid.uuid4().hex
        self.data = again
        return False


class ReplyForm(VerbForm):
    body = text_field("Reply", placeholder="Write your message here")


class DisputeForm(VerbForm):
    reason = text_field("Reason", rows=3)


class AnnouncementForm(VerbForm):
    subject = forms.CharField(required=False, strip=False, widget=AdminTextInputWidget)
    body = text_field("Message", rows=8)
    everyone = forms.TypedChoiceField(
        label="To",
        choices=[("all", "All active vendors"), ("chosen", "Only these:")],
        coerce=lambda value: value == "all",
        initial="all",
        widget=forms.RadioSelect,
    )
    vendors: Any = forms.ModelMultipleChoiceField(
        Vendor.objects.none(), required=False, label="", widget=forms.CheckboxSelectMultiple
    )
    allow_replies = forms.BooleanField(required=False, initial=True, label="Vendors may reply")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["vendors"].queryset = Vendor.objects.filter(is_active=True).order_by("name", "pk")  # type: ignore[attr-defined]
