"""Why a plugin that is installed cannot be used. Filled while the process starts, and only read afterwards."""

import logging

logger = logging.getLogger(__name__)

_problems: dict[str, list[str]] = {}


def report(plugin: str, problem: str) -> None:
    found = _problems.setdefault(plugin, [])
    if problem not in found:
        found.append(problem)
        logger.error("The plugin %s is left out. %s", plugin, problem)


def problems_of(plugin: str) -> list[str]:
    return list(_problems.get(plugin, ()))


def every_problem() -> dict[str, list[str]]:
    return {plugin: list(found) for plugin, found in _problems.items()}


def forget(plugin: str) -> None:
    """For tests, which load broken plugins on purpose."""
    _problems.pop(plugin, None)
