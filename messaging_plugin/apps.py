from messaging_plugin.settings import MessagingSettings
from shop.plugins.api import Plugin


class MessagingPlugin(Plugin):
    name = "messaging_plugin"
    label = "messaging"
    verbose_name = "Messaging centre"
    description = (
        "Conversations between customers, vendors and the store: about orders and products, with disputes, "
        "announcements, read marks and live updates."
    )
    version = "0.1.0"
    shop_versions = ">=0.1,<0.2"
    settings_class = MessagingSettings
    listeners = ("reactions",)
    schema = ("graphql",)
    filters = {"shop.filters.OrderFilter": "filters.OrderMessages"}
    urls = "urls"
