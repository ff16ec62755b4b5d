from django.db import models

from shop.vocabulary import MultivendorMode, Permission


class ShopSettings(models.Model):
    """The shop itself: exactly one row, made by a migration."""

    name = models.CharField(max_length=100, default="Shop")
    multivendor_mode = models.CharField(
        max_length=16, choices=MultivendorMode.choices, default=MultivendorMode.SEPARATE_SHOPS
    )
    next_order_number = models.PositiveBigIntegerField(default=1001, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "shop settings"
        permissions = [
            (Permission.MANAGE_SHOP.value, "Manage the shop's settings"),
            (Permission.MANAGE_PLUGINS.value, "Enable, disable and configure plugins"),
            (Permission.MANAGE_ORDERS.value, "See and handle every order"),
            (Permission.MANAGE_MESSAGES.value, "See and answer every message"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_shop")]

    def __str__(self) -> str:
        return self.name


class PluginState(models.Model):
    """The switch and the settings of one plugin; a plugin without a row is disabled, with its defaults."""

    shop = models.ForeignKey(ShopSettings, on_delete=models.CASCADE, related_name="plugins", default=1)
    name = models.CharField(max_length=64, unique=True)
    enabled = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "plugin"

    def __str__(self) -> str:
        return f"{self.name} ({'enabled' if self.enabled else 'disabled'})"
