"""The pages for the people who run the shop, in Django's admin."""

from shop.admin import catalogue, orders, pages, people, plugins, settings

__all__ = ["catalogue", "orders", "pages", "people", "plugins", "settings"]
