"""The closed sets of words that models, rules and GraphQL share."""

from django.db.models import IntegerChoices, TextChoices


class MultivendorMode(TextChoices):
    OFF = "OFF"
    SEPARATE_SHOPS = "SEPARATE_SHOPS"
    WAREHOUSE = "WAREHOUSE"


class Side(TextChoices):
    """In whose name someone acts or writes."""

    CUSTOMER = "CUSTOMER"
    VENDOR = "VENDOR"
    STORE = "STORE"


class OrderStatus(TextChoices):
    PLACED = "PLACED"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class Permission(TextChoices):
    """What staff may be given, as ordinary Django permissions ``shop.manage_…``."""

    MANAGE_SHOP = "manage_shop"
    MANAGE_PLUGINS = "manage_plugins"
    MANAGE_ORDERS = "manage_orders"
    MANAGE_MESSAGES = "manage_messages"


class Rights(IntegerChoices):
    """How far a vendor's member may go; each includes the ones below it."""

    NONE = 0
    VIEW = 1
    EDIT = 2
