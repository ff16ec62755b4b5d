"""Finds plugins before Django loads its apps, so that a broken one is left out instead of stopping the shop."""

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec

from shop.plugins import problems

ENTRY_POINTS = "shop.plugins"


def with_plugins(installed: Iterable[str]) -> list[str]:
    """``installed`` plus what installed distributions offer as ``shop.plugins``, less what cannot be imported.

    Used in settings.py, around INSTALLED_APPS. What is left out is shown among the shop's plugins with its problem
    and is an error of ``manage.py check``.
    """
    from shop.plugins.base import Plugin  # reads Django's settings, which are just being made

    apps: list[str] = []
    labels: dict[str, str] = {}
    for entry in [*installed, *_entry_points()]:
        if entry in apps:
            continue
        name = entry.split(".", maxsplit=1)[0] if entry.endswith("Config") else entry
        try:
            declared = list(_plugins_in(entry, Plugin))
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way
            problems.report(name, f"It cannot be imported: {error!r}.")
            continue
        label = declared[0] if declared else entry.rpartition(".")[2]
        if declared and label in labels:
            problems.report(entry, f'Its name "{label}" is taken by {labels[label]}.')
            continue
        labels[label] = entry
        apps.append(entry)
    return apps


def _entry_points() -> Iterator[str]:
    for entry in entry_points(group=ENTRY_POINTS):
        yield entry.value


def _plugins_in(entry: str, plugin: type) -> Iterator[str]:
    """Labels of the plugins that an entry of INSTALLED_APPS declares."""
    root = entry.split(".", maxsplit=1)[0]
    if root in {"django", "channels", "django_tasks", "django_tasks_db", "django_filters", "whitenoise", "shop"}:
        return
    try:
        module = import_module(entry)
    except ImportError:
        if "." not in entry:
            raise
        package, _, name = entry.rpartition(".")  # the dotted path of an AppConfig
        yield from _labels([getattr(import_module(package), name)], plugin)
        return
    if find_spec(f"{module.__name__}.apps") is not None:
        apps = import_module(f"{module.__name__}.apps")
        yield from _labels((cls for _, cls in inspect.getmembers(apps, inspect.isclass)), plugin)


def _labels(classes: Iterable[type], plugin: type) -> Iterator[str]:
    for cls in classes:
        if issubclass(cls, plugin) and cls is not plugin:
            yield getattr(cls, "label", None) or str(cls.name).rpartition(".")[2]  # type: ignore[attr-defined]
