from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from shop.models import ShopSettings
from tests import world
from tests.messaging.matrix.cast import Cast


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Built once for a module: each test happens in a transaction within that of the cast, and is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        ShopSettings.objects.get_or_create(pk=1)
        world.enabled("messaging")
        yield Cast()
        transaction.set_rollback(True)
