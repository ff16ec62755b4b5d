"""Takes a plugin's data away for good, so that its package can be uninstalled and nothing tells of it any more."""

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from shop import access
from shop.actors import Actor
from shop.errors import Invalid, NotFound
from shop.models import PluginState
from shop.plugins import registry, switch
from shop.plugins.base import Plugin
from shop.vocabulary import Permission


def remove_plugin(*, actor: Actor, name: str) -> Plugin:
    """Drop the tables of a disabled plugin, then every row of the shop that tells of it. Needs MANAGE_PLUGINS.

    That is its switch and settings, its content types with their permissions and the admin's log of them, and the
    records of its migrations. Not one transaction, since migrations are none; what was interrupted can be run again.

    Raises ``NotFound``, or ``Invalid`` while it is enabled, while another app's tables build on its own, if its
    migrations cannot be undone, and if tables are left.
    """
    access.require(actor, Permission.MANAGE_PLUGINS)
    plugin = registry.plugin_named(name)
    if plugin is None:
        raise NotFound(f'There is no plugin "{name}" here: a package has to be installed while its data are removed.')
    if switch.is_switched_on(name):
        raise Invalid(f'The plugin "{name}" is enabled: disable it first.')
    _drop_tables(plugin)
    _forget(plugin)
    if left := _tables_left(plugin):
        raise Invalid(f'The migrations of "{name}" leave tables behind: {", ".join(left)}. Drop them by hand.')
    return plugin


def _drop_tables(plugin: Plugin) -> None:
    executor = MigrationExecutor(connection)
    if plugin.label not in executor.loader.migrated_apps:
        return
    backwards = executor.migration_plan([(plugin.label, None)])
    if others := sorted({migration.app_label for migration, _ in backwards} - {plugin.label}):
        raise Invalid(f'The tables of {", ".join(others)} build on those of "{plugin.label}": uninstall these first.')
    try:
        call_command("migrate", plugin.label, "zero", verbosity=0, interactive=False, skip_checks=True)
    except IrreversibleError as error:
        raise Invalid(f'A migration of "{plugin.label}" cannot be undone: {error}.') from error


@transaction.atomic
def _forget(plugin: Plugin) -> None:
    LogEntry.objects.filter(content_type__app_label=plugin.label).delete()
    ContentType.objects.filter(app_label=plugin.label).delete()
    ContentType.objects.clear_cache()
    MigrationRecorder(connection).migration_qs.filter(app=plugin.label).delete()
    PluginState.objects.filter(name=plugin.label).delete()


def _tables_left(plugin: Plugin) -> list[str]:
    others = {
        model._meta.db_table  # noqa: SLF001 - Django's public name for it
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != plugin.label  # noqa: SLF001 - as above
    }
    there = connection.introspection.table_names()
    return sorted(table for table in there if table.startswith(f"{plugin.label}_") and table not in others)
