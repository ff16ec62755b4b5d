"""What a load balancer or an orchestrator asks: is this process fit to answer?"""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

#: Seconds that the channel layer may take.
PATIENCE = 2.0


@require_safe
@never_cache
def healthz(_: HttpRequest) -> JsonResponse:
    """503 without the database. Without the channel layer the shop works and is live within seconds: degraded, 200."""
    database = _reaches_database()
    layer = async_to_sync(_reaches_channel_layer)()
    return JsonResponse(
        {
            "status": ("ok" if layer else "degraded") if database else "down",
            "database": "ok" if database else "down",
            "channelLayer": "ok" if layer else "degraded",
        },
        status=200 if database else 503,
    )


def _reaches_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except (DatabaseError, OSError):
        logger.warning("The database cannot be reached.", exc_info=True)
        return False


async def _reaches_channel_layer() -> bool:
    layer = get_channel_layer()
    if layer is None:
        return False
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.group_send("shop.health", {"type": "health"})
    except Exception:
        logger.warning("The channel layer cannot be reached.", exc_info=True)
        return False
    return True
