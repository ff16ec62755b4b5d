"""The form of a plugin's settings, made of their JSON Schema; the settings themselves decide what fits."""

from typing import Any

from django import forms
from django.contrib.admin import widgets

from shop import administration
from shop.actors import Actor
from shop.errors import Invalid
from shop.plugins import state
from shop.plugins.base import Plugin
from shop.plugins.fields import SettingField, fields_of


class PluginSettingsForm(forms.Form):
    """One field for each setting, by its camelCase name; several errors at one field are shown together."""

    def __init__(self, plugin: Plugin, data: Any = None) -> None:
        super().__init__(data, initial=state.current().settings_of(plugin.label).as_json())
        self.plugin = plugin
        self.settings = {setting.name: setting for setting in fields_of(plugin.settings_class)}
        self.fields = {name: _field(setting) for name, setting in self.settings.items()}

    def save(self, actor: Actor) -> bool:
        """Whether the settings fit and are stored; if not, the errors are at the fields."""
        if not self.is_valid():
            return False
        wanted = {name: self._value(name) for name in self.settings}
        try:
            administration.configure_plugin(actor=actor, name=self.plugin.label, settings=wanted)
        except Invalid as error:
            at = next((part for part in error.field or () if part in self.fields), None)
            self.add_error(at, error.message.removeprefix(f"{at}: "))
            return False
        return True

    def _value(self, name: str) -> Any:
        value, types = self.cleaned_data[name], self.settings[name].types
        return None if value == "" and "null" in types else value


def _field(setting: SettingField) -> forms.Field:
    common: dict[str, Any] = {"label": setting.title, "help_text": setting.description, "required": False}
    types = setting.types - {"null"}
    optional = "null" in setting.types
    if setting.choices and types == {"string"}:
        choices = [(choice, choice) for choice in setting.choices]
        return forms.ChoiceField(choices=[("", "–"), *choices] if optional else choices, **common)
    if types == {"boolean"}:
        return forms.NullBooleanField(**common) if optional else forms.BooleanField(**common)
    limits = {"min_value": setting.limits.get("minimum"), "max_value": setting.limits.get("maximum")}
    if types == {"integer"}:
        number = {**common, **limits, "required": not optional, "widget": widgets.AdminIntegerFieldWidget()}
        return forms.IntegerField(**number)
    if types <= {"integer", "number"} and types:
        return forms.FloatField(**{**common, **limits, "required": not optional})
    if types == {"string"}:
        most = setting.limits.get("maxLength")
        return forms.CharField(max_length=most, strip=False, widget=widgets.AdminTextInputWidget(), **common)
    return forms.JSONField(widget=widgets.AdminTextareaWidget(), **common)
