"""What a plugin declares: an ``AppConfig`` with a few more words."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic.alias_generators import to_camel

import shop
from shop.plugins import problems
from shop.plugins.settings import PluginSettings


class Plugin(AppConfig):
    """Subclass it in the ``apps`` module of an installable package; the class is the whole declaration.

    The *plugin's name*, as operators and clients say it, is Django's ``label``; its title is ``verbose_name``.
    Module names are given relative to the package.
    """

    description = ""
    version = "0"
    #: The versions of the shop it fits, as a PEP 440 specifier: ``">=0.1,<0.2"``. Empty: any.
    shop_versions = ""
    #: Its typed settings.
    settings_class: type[PluginSettings] = PluginSettings
    #: Modules with listeners to hooks and events.
    listeners: Sequence[str] = ()
    #: Modules with GraphQL types and ``@extends`` additions.
    schema: Sequence[str] = ()
    #: What joins the FilterSets of the core: ``{"shop.filters.OrderFilter": "filters.OrderMessages"}``.
    filters: Mapping[str, str] = {}
    #: A module with ``urlpatterns``, served under ``/plugins/<name>/``. Empty: none.
    urls = ""

    default_auto_field = "django.db.models.BigAutoField"
    default = False  # for Django, which would else take this class for the app of every module that imports it

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True

    @property
    def title(self) -> str:
        return str(self.verbose_name)

    def import_models(self) -> None:
        try:
            super().import_models()
        except Exception as error:  # noqa: BLE001 - whatever it is, the shop goes on without the plugin
            self.models = {}
            problems.report(self.label, f"Its models cannot be imported: {error!r}.")

    def ready(self) -> None:
        if not fits(self.shop_versions):
            problems.report(self.label, f"It needs a shop {self.shop_versions}; this one is {shop.__version__}.")
            return
        if lacking := self.settings_class.without_default():
            problems.report(self.label, f"Its settings need a default: {', '.join(lacking)}.")
            return
        try:
            self.settings_class.json_schema()
            for module in self.listeners:
                self.load(module)
            self._join_filters()
        except Exception as error:  # noqa: BLE001 - as above
            problems.report(self.label, f"It cannot be loaded: {error!r}.")

    def load(self, module: str) -> object:
        return import_module(f"{self.name}.{module}")

    def _join_filters(self) -> None:
        for core, addition in self.filters.items():
            module, _, name = addition.rpartition(".")
            _join(core, getattr(self.load(module), name))


def _join(core: str, addition: Any) -> None:
    """Give the FilterSet at the dotted path ``core`` the filters of a plugin's. Raises if a name is taken."""
    target = import_string(core)
    by_shown_name = {to_camel(name): one for name, one in target.base_filters.items()}
    for name, one in addition.base_filters.items():
        known = by_shown_name.get(to_camel(name))
        if known is not None and getattr(known, "owner", None) != addition.__module__:
            raise ValueError(f'{core} already has a filter "{name}".')
        one.owner = addition.__module__
        target.base_filters[name] = one


def fits(shop_versions: str) -> bool:
    try:
        return SpecifierSet(shop_versions).contains(shop.__version__, prereleases=True)
    except InvalidSpecifier:
        return False
