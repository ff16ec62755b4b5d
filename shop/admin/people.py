from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from shop.admin.permissions import NeedsPermission
from shop.models import User, VendorMembership
from shop.vocabulary import Permission

#: What only a superuser gives to somebody: whoever manages the shop must not make themselves its owner.
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class _EmailInLowerCase(forms.ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewUserForm(_EmailInLowerCase, AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name")


class UserForm(_EmailInLowerCase, UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007 - the page says which


class MembershipsOfUser(NeedsPermission, admin.TabularInline):  # type: ignore[type-arg]
    permission = Permission.MANAGE_SHOP
    model = VendorMembership
    autocomplete_fields = ("vendor",)
    extra = 0
    verbose_name_plural = "member of"


@admin.register(User)
class PeoplePage(NeedsPermission, UserAdmin):  # type: ignore[type-arg]
    """Staff are shown to whoever manages the shop, and changed by superusers only."""

    permission = Permission.MANAGE_SHOP
    form = UserForm
    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "is_active")}),
        ("Permissions", {"fields": POWERS}),
        ("Dates", {"fields": ("created_at", "last_login", "password_changed_at")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
    )
    list_display = ("email", "name", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    inlines = (MembershipsOfUser,)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        dates = ("created_at", "last_login", "password_changed_at")
        return dates if _is_superuser(request) else (*dates, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or _is_superuser(request) or not (user.is_staff or user.is_superuser)
