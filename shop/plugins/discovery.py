"""Finds plugins before Django loads its apps, so that a broken one is left out instead of stopping the shop."""

from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points

from django.apps import AppConfig

from shop.plugins import problems

ENTRY_POINTS = "shop.plugins"

#: What the shop is made of; some of it can be imported only when there are settings.
_OWN = {"django", "channels", "django_tasks", "django_tasks_db", "django_filters", "whitenoise", "shop"}


def with_plugins(installed: Iterable[str]) -> list[str]:
    """``installed`` plus what installed distributions offer as ``shop.plugins``, less what cannot be imported.

    Used in settings.py, around INSTALLED_APPS. What is left out is shown among the shop's plugins with its problem
    and is an error of ``manage.py check``.
    """
    apps: list[str] = []
    labels: dict[str, tuple[str, type]] = {
        "admin": ("django.contrib.admin", object)
    }  # the shop's own config of it does not tell by its name
    for entry in [*installed, *_entry_points()]:
        if entry in apps:
            continue
        kind: type = object
        label = entry.rpartition(".")[2]
        if entry.partition(".")[0] not in _OWN:
            try:
                config = AppConfig.create(entry)
            except Exception as error:  # noqa: BLE001 - a plugin may fail in any way
                problems.report(_name(entry), f"It cannot be imported: {error!r}.")
                continue
            label, kind = config.label, type(config)
            taken_by, known = labels.get(label, (None, None))
            if taken_by is not None:
                if known is not kind or kind is AppConfig:  # else the same one, named in another way
                    problems.report(_name(entry), f'Its name "{label}" is taken by {taken_by}.')
                continue
        labels[label] = entry, kind
        apps.append(entry)
    return apps


def _entry_points() -> Iterator[str]:
    """``package``, or ``package.apps:Class``, which Django spells with a dot."""
    for entry in entry_points(group=ENTRY_POINTS):
        yield entry.value.replace(":", ".")


def _name(entry: str) -> str:
    """An entry of INSTALLED_APPS is a package or the dotted path of a class in its ``apps``."""
    return entry.partition(".apps.")[0]
