from pydantic import Field

from shop.plugins.api import PluginSettings


class GiftSettings(PluginSettings):
    maximum_length: int = Field(default=200, ge=1, le=1000, description="Characters of a note.")
    greeting: str = Field(default="Have fun!", description="The note of an order that has none of its own.")
    show_buyers_to_vendors: bool = Field(default=False, description="Vendors see the e-mail addresses of buyers.")
