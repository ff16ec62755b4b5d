"""What somebody sets for themselves."""

from django.conf import settings

from shop import access
from shop.actors import Actor
from shop.errors import Forbidden, Invalid
from shop.models import User


def choose_language(*, actor: Actor, language: str) -> None:
    """Of e-mails. Raises ``Unauthenticated``, ``Forbidden`` for a guest, ``Invalid`` for a language the shop has not."""
    access.require_somebody(actor)
    if actor.user_id is None:
        raise Forbidden("A guest is written to in the language of the shop.")
    known = [code for code, _ in settings.LANGUAGES]
    if language not in known:
        message = f'The shop does not speak "{language}". It speaks {", ".join(known)}.'
        raise Invalid(message, field=("input", "language"))
    User.objects.filter(pk=actor.user_id).update(language=language)


def language_of(actor: Actor) -> str:
    """One statement; none for who has no account."""
    chosen = None
    if actor.user_id is not None:
        chosen = User.objects.filter(pk=actor.user_id).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE
