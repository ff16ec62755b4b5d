"""A headless marketplace: users, vendors, products, orders, pages and the plugins that add to them."""

__version__ = "0.1.0"
