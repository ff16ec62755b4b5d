from django.apps import AppConfig
from django.core import checks


class ShopConfig(AppConfig):
    name = "shop"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        from shop.checks import check_plugins  # reads the plugins' own files, which need the apps

        checks.register(check_plugins)
