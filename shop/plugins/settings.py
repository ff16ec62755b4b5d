"""Typed settings of plugins: pydantic models, so that validation and JSON Schema come from one declaration."""

import logging
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from shop.errors import Invalid

logger = logging.getLogger(__name__)


#: What is shown in place of a secret; who sends it back leaves the secret as it is.
MASK = str(SecretStr("secret"))


class PluginSettings(BaseModel):
    """Subclass it with typed fields that all have defaults; clients see their names in camelCase.

    A field of the type ``SecretStr`` is stored and never shown again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, alias_generator=to_camel)

    @classmethod
    def checked(cls, values: object) -> Self:
        """Raises ``Invalid`` with the path to the first value that does not fit."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            path = tuple(str(part) for part in first["loc"])
            where = ".".join(path) or "The value"
            message = f"{where}: {first['msg'].removesuffix('.')}."
            raise Invalid(message, field=("input", "settings", *path)) from None

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """What the database holds; a value that no longer fits, after an upgrade say, gives way to its default."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            bad = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
            logger.warning("Stored settings of %s do not fit and are not used: %s", cls.__name__, sorted(bad))
        try:
            return cls.model_validate({name: value for name, value in values.items() if name not in bad})
        except ValidationError:  # those left do not go together
            return cls()

    @classmethod
    def without_default(cls) -> list[str]:
        """Names of the settings that a plugin must not have: those without which it cannot begin."""
        return [name for name, info in cls.model_fields.items() if info.is_required()]

    def as_json(self) -> dict[str, Any]:
        """For whoever may see settings: with ``MASK`` in place of secrets."""
        return self.model_dump(mode="json", by_alias=True)

    def with_secrets(self) -> dict[str, Any]:
        """For the database, and for whoever sits at the server's console."""
        fields = type(self).model_fields
        values = {info.alias or name: getattr(self, name) for name, info in fields.items()}
        secrets = {name: one.get_secret_value() for name, one in values.items() if isinstance(one, SecretStr)}
        return self.as_json() | secrets

    def changed(self, changes: object) -> Self:
        """With the settings named in ``changes``, by their camelCase names; the others stay. Raises ``Invalid``."""
        if not isinstance(changes, dict):
            return self.checked(changes)
        shown = self.as_json()
        kept = {name for name, value in changes.items() if value == MASK == shown.get(name)}
        wanted = {name: value for name, value in changes.items() if name not in kept}
        return self.checked({**self.with_secrets(), **wanted})

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        return cls.model_json_schema(by_alias=True)
