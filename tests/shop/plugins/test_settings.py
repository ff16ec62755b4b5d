"""Typed settings: what is stored is always something that the plugin can begin with."""

import math
from typing import Any, Self

import pytest
from pydantic import SecretStr, model_validator

from shop.errors import Invalid
from shop.plugins.api import PluginSettings, change_settings, settings_for
from tests.example_plugin.settings import GiftSettings


class Limits(PluginSettings):
    least: int = 1
    most: int = 10
    factor: float = 1.5

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if self.least > self.most:
            raise ValueError("The least is more than the most.")
        return self


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_setting_is_never_a_number_that_json_does_not_have(number: float) -> None:
    with pytest.raises(Invalid) as refused:
        Limits.checked({"factor": number})
    assert refused.value.field == ("input", "settings", "factor")


@pytest.mark.parametrize("stored", [{"least": 20}, {"least": "x"}, {"gone": 1}, {"least": "x", "most": 0}])
def test_what_is_stored_and_no_longer_fits_gives_way_to_defaults(stored: dict[str, Any]) -> None:
    assert Limits.stored(stored) == Limits()


def test_what_is_stored_and_still_fits_stays() -> None:
    assert Limits.stored({"least": 5, "factor": "much"}) == Limits(least=5)


# ── secrets ─────────────────────────────────────────────────────────────────────────────────


class Keys(PluginSettings):
    name: str = ""
    api_key: SecretStr | None = None


def test_a_secret_is_stored_and_not_shown() -> None:
    settings = Keys().changed({"apiKey": "s3cret", "name": "x"})
    assert settings.as_json() == {"name": "x", "apiKey": "**********"}
    assert settings.with_secrets() == {"name": "x", "apiKey": "s3cret"}
    assert "s3cret" not in repr(settings)


def test_a_secret_that_comes_back_as_it_was_shown_stays() -> None:
    settings = Keys().changed({"apiKey": "s3cret"})
    assert settings.changed({**settings.as_json(), "name": "y"}).with_secrets() == {"name": "y", "apiKey": "s3cret"}
    assert settings.changed({"name": "y"}).with_secrets() == {"name": "y", "apiKey": "s3cret"}
    assert settings.changed({"apiKey": "other"}).with_secrets() == {"name": "", "apiKey": "other"}
    assert settings.changed({"apiKey": None}).with_secrets() == {"name": "", "apiKey": None}


@pytest.mark.parametrize("changes", [None, [], "x", {"apiKey": 1}])
def test_changes_that_do_not_fit_are_refused_without_a_word_about_the_secret(changes: object) -> None:
    with pytest.raises(Invalid) as refused:
        Keys().changed({"apiKey": "s3cret"}).changed(changes)
    assert "s3cret" not in refused.value.message


@pytest.mark.django_db
def test_a_plugin_changes_settings_of_its_own() -> None:
    change_settings("giftnotes", {"maximumLength": 7})
    assert settings_for("giftnotes", GiftSettings).maximum_length == 7
