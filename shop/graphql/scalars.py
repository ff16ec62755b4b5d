"""Words that several types use."""

from datetime import datetime
from decimal import Decimal

import strawberry

from shop import vocabulary

Side = strawberry.enum(vocabulary.Side, description="In whose name someone acts or writes.")
MultivendorMode = strawberry.enum(
    vocabulary.MultivendorMode,
    description="OFF: one seller. SEPARATE_SHOPS: one order per vendor, who handles it. "
    "WAREHOUSE: one order, the store handles it.",
)
OrderStatus = strawberry.enum(vocabulary.OrderStatus)
Permission = strawberry.enum(vocabulary.Permission, description="What staff may be given.")


@strawberry.enum
class OrderDirection(vocabulary.TextChoices):
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
