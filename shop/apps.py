import copy
from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.core import checks
from django.utils.module_loading import module_has_submodule

from shop.plugins import problems
from shop.plugins.base import Plugin


class ShopConfig(AppConfig):
    name = "shop"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        from shop import changes
        from shop.checks import check_plugins  # reads the plugins' own files, which need the apps

        changes.listen()
        checks.register(check_plugins)


class ShopAdminConfig(SimpleAdminConfig):
    """Django's admin with the shop's own site; stands in INSTALLED_APPS in the place of ``django.contrib.admin``."""

    default_site = "shop.admin_site.ShopAdminSite"

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "admin"):
                _load_pages(config)


def _load_pages(config: AppConfig) -> None:
    """What Django's autodiscover does, except that a plugin whose pages cannot be imported does not stop the shop."""
    from django.contrib.admin import site  # made of settings and models, which are there by now

    before = copy.copy(site._registry)  # noqa: SLF001 - as Django does
    try:
        import_module(f"{config.name}.admin")
    except Exception as error:
        site._registry = before  # noqa: SLF001 - as Django does
        if not isinstance(config, Plugin):
            raise
        problems.report(config.label, f"Its admin pages cannot be imported: {error!r}.")
