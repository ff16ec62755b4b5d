"""Words that several types use."""

from datetime import datetime
from decimal import Decimal

import strawberry
from django.db.models import TextChoices

from shop.vocabulary import MultivendorMode, OrderStatus, Permission, Side

__all__ = ["DateTimeRangeInput", "Money", "MultivendorMode", "OrderDirection", "OrderStatus", "Permission", "Side"]

strawberry.enum(Side, description="In whose name someone acts or writes.")
strawberry.enum(
    MultivendorMode,
    description="OFF: one seller. SEPARATE_SHOPS: one order per vendor, who handles it. "
    "WAREHOUSE: one order, the store handles it.",
)
strawberry.enum(OrderStatus)
strawberry.enum(Permission, description="What staff may be given.")


@strawberry.enum
class OrderDirection(TextChoices):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.input(description="Both ends are included; either may be left out.")
class DateTimeRangeInput:
    gte: datetime | None = None
    lte: datetime | None = None


@strawberry.type
class Money:
    amount: Decimal
    currency: str
