from shop.plugins.api import Plugin
from tests.example_plugin.settings import GiftSettings


class GiftNotes(Plugin):
    name = "tests.example_plugin"
    label = "giftnotes"
    verbose_name = "Gift notes"
    description = "A customer writes a note that is put into the parcel."
    version = "1.0"
    shop_versions = ">=0.1,<1"
    settings_class = GiftSettings
    listeners = ("reactions",)
    schema = ("graphql",)
    filters = {"shop.filters.OrderFilter": "filters.GiftFilter"}
    urls = "urls"
