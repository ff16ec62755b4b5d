from django.conf import settings
from django.db import models

from shop.vocabulary import Rights


class Vendor(models.Model):
    """Who sells in the marketplace. An inactive one is out of the catalogue, and its members act for nobody."""

    name = models.CharField(max_length=150)
    slug = models.SlugField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class VendorMembership(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="memberships")
    customer_rights = models.PositiveSmallIntegerField(
        choices=Rights.choices, default=Rights.EDIT, help_text="In dealings with the vendor's customers."
    )
    store_rights = models.PositiveSmallIntegerField(
        choices=Rights.choices, default=Rights.EDIT, help_text="In dealings with the store."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "vendor"], name="one_membership_per_user_and_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.vendor}"
