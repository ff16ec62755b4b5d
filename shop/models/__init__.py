from shop.models.order import Checkout, Order, OrderLine
from shop.models.page import Page
from shop.models.product import Product
from shop.models.settings import PluginState, ShopSettings
from shop.models.token import Token
from shop.models.user import User
from shop.models.vendor import Vendor, VendorMembership

__all__ = [
    "Checkout",
    "Order",
    "OrderLine",
    "Page",
    "PluginState",
    "Product",
    "ShopSettings",
    "Token",
    "User",
    "Vendor",
    "VendorMembership",
]
