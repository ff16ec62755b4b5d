"""Where things are in the storefront."""

from urllib.parse import quote

from django.conf import settings

from shop.models import Order, Product


def order_url(order: Order) -> str:
    return f"{settings.STOREFRONT_URL}/orders/{quote(order.number, safe='')}"


def product_url(product: Product) -> str:
    return f"{settings.STOREFRONT_URL}/products/{quote(product.sku, safe='')}"
