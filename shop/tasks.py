"""Work in the background, through Django's task interface: what is enqueued in a transaction runs after its commit."""

from typing import TYPE_CHECKING

import django

from shop import hooks, tokens

if TYPE_CHECKING or django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task


@task()
def keep_house() -> None:
    """Forget what is past use: tokens here, and what plugins keep for a time only."""
    tokens.forget_expired()
    hooks.housekeeping.publish(hooks.Housekeeping())
