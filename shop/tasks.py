"""Work in the background, through Django's task interface: what is enqueued in a transaction runs after its commit."""

from shop import hooks, tokens

try:
    from django.tasks import task
except ModuleNotFoundError:  # Django 5.2
    from django_tasks import task


@task()
def keep_house() -> None:
    """Forget what is past use: tokens here, and what plugins keep for a time only."""
    tokens.forget_expired()
    hooks.housekeeping.publish(hooks.Housekeeping())
