"""Look at plugins and switch them, from a console."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop import administration, checks
from shop.administration import OPERATOR
from shop.errors import ShopError
from shop.plugins import problems, registry, state, switch
from shop.plugins.base import Plugin
from shop.plugins.fields import SettingField, fields_of
from shop.removal import remove_plugin


class Command(BaseCommand):
    help = "List plugins; enable, disable, configure or uninstall one. Ends with 1 and the reason if that is refused."
    requires_system_checks = ()  # it is what mends what they find

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="every plugin, on or off, and why one cannot be used")
        for action, text in [
            ("enable", "switch it on"),
            ("disable", "switch it off; its data stay"),
            ("settings", "show its settings, or change some"),
            ("uninstall", "remove its tables and everything else it has in the database; disable it first"),
        ]:
            one = actions.add_parser(action, help=text)
            one.add_argument("name", metavar="NAME", help="the plugin's name, as the list has it")
            if action == "settings":
                one.add_argument("changes", nargs="*", metavar="key=value", help="value: JSON, or plain text")
                one.add_argument("--secrets", action="store_true", help="show secrets, too")

    def handle(
        self,
        *_args: Any,
        action: str,
        name: str = "",
        changes: list[str] | None = None,
        secrets: bool = False,
        **_options: Any,
    ) -> None:
        checks.every_problem()  # an unfit plugin must be known before it is switched on
        try:
            match action:
                case "list":
                    self._list()
                case "enable":
                    administration.enable_plugin(actor=OPERATOR, name=name)
                    self.stdout.write(f"{name} is enabled.")
                case "disable":
                    administration.disable_plugin(actor=OPERATOR, name=name)
                    self.stdout.write(f"{name} is disabled. Its data stay.")
                case "settings":
                    self._settings(name, changes or [], secrets=secrets)
                case "uninstall":
                    remove_plugin(actor=OPERATOR, name=name)
                    self.stdout.write(f"{name} has nothing left in the database. Now uninstall its package.")
        except ShopError as error:
            raise CommandError(error.message) from None

    def _list(self) -> None:
        enabled = state.read().enabled
        rows = [(one.label, one.version, self._state(one, enabled), one.title) for one in registry.plugins()]
        rows += [(name, "-", "left out", "") for name in registry.left_out()]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[3]]).rstrip())
            for problem in problems.problems_of(row[0]):
                self.stdout.write(f"    {problem}")
        if not rows:
            self.stdout.write("No plugins are installed.")

    def _state(self, plugin: Plugin, enabled: frozenset[str]) -> str:
        if plugin.label in enabled:
            return "enabled"
        return "unusable" if switch.is_switched_on(plugin.label) else "disabled"

    def _settings(self, name: str, changes: list[str], *, secrets: bool) -> None:
        plugin = registry.plugin_named(name)
        fields = {field.name: field for field in fields_of(plugin.settings_class)} if plugin else {}
        if changes or plugin is None:
            wanted = dict(_pair(change, fields) for change in changes)
            plugin = administration.configure_plugin(actor=OPERATOR, name=name, settings=wanted)
        settings = state.read().settings_of(plugin.label)
        shown = settings.with_secrets() if secrets else settings.as_json()
        self.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False))


def _pair(change: str, fields: dict[str, SettingField]) -> tuple[str, Any]:
    """A value is JSON where the setting takes what JSON makes of it, else the text itself."""
    key, equals, text = change.partition("=")
    if not equals:
        raise CommandError(f'"{change}" is no setting: write key=value.')
    try:
        value = json.loads(text)
    except ValueError:
        return key, text
    field = fields.get(key)
    return key, text if field is not None and "string" in field.types and not field.takes(value) else value
