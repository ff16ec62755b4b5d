"""Typed settings: what is stored is always something that the plugin can begin with."""

import math
from typing import Any, Self

import pytest
from pydantic import model_validator

from shop.errors import Invalid
from shop.plugins.api import PluginSettings


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
