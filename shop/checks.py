"""What ``manage.py check`` says about plugins."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from shop.plugins import problems

HINT = "Mend it, or take it out of INSTALLED_APPS (PLUGINS); the shop runs without it meanwhile."


def every_problem() -> Mapping[str, Sequence[str]]:
    """The problems of each plugin that has some, those included that show only when addresses and schema are made."""
    from shop.graphql.composition import full_schema  # the schema needs every app, and this file is read before

    import_module(settings.ROOT_URLCONF)
    full_schema()
    return problems.every_problem()


def check_plugins(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f'The plugin "{name}" cannot be used. {problem}', hint=HINT, id="shop.E001")
        for name, found in sorted(every_problem().items())
        for problem in found
    ]
