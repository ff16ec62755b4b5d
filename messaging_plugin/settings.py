"""The typed settings of the plugin, and what they come to together with today's multivendor mode."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings as django_settings
from pydantic import Field, SecretStr

from messaging_plugin import signatures
from messaging_plugin.endpoint import SigningSecret, WebAddress, Webhook
from shop.errors import Invalid
from shop.plugins.api import PluginSettings, ShopState, current
from shop.vocabulary import MultivendorMode

#: No setting lets a message be longer.
LONGEST_BODY = 10_000


class MessagingSettings(PluginSettings):
    allow_vendor_communication_in_warehouse: bool = Field(
        default=False,
        title='Allow direct communication between vendor and buyer in the "Warehouse" multivendor mode',
        description="On: about an order, the customer chooses among its vendors and the store; questions go to the "
        "product's owner. Off: the store answers, and vendors see no customer's messages. Other modes ignore it.",
    )
    customer_to_seller: bool = Field(
        default=True,
        title="Customers and sellers write to each other",
        description="Off: customers and vendors neither start nor continue conversations with each other, and customers "
        "open no disputes. What was written stays readable, and staff may still write.",
    )
    vendor_to_admin: bool = Field(
        default=True,
        title="Vendors write to the store",
        description="Off: vendors neither start nor continue conversations with the store. What was written stays "
        "readable, and staff may still write and announce.",
    )
    contact_on_product: bool = Field(
        default=True,
        title="Questions about products",
        description="Off: no new questions start at a product; those asked go on.",
    )
    contact_on_vendor: bool = Field(
        default=True,
        title="Contact with vendors",
        description="Off: no new conversations start at a vendor's page; those begun go on.",
    )
    contact_on_order: bool = Field(
        default=True,
        title="Messages about orders",
        description="Off: customers start no new conversations at an order (disputes included); those begun go on. "
        "Vendors and staff may still write first.",
    )
    contact_store: bool = Field(
        default=True,
        title="Contact with the store",
        description="Off: no new conversations with the store about nothing in particular; those begun go on.",
    )
    disputes_enabled: bool = Field(
        default=True,
        title="Disputes",
        description="Off: no disputes are opened; those open can be closed.",
    )
    email_notifications: bool = Field(
        default=True,
        title="E-mail notifications",
        description="Off: nobody is told by e-mail of anything.",
    )
    email_about_messages: bool = Field(
        default=True, title="E-mail about new messages", description="Off: nobody is told of them by e-mail."
    )
    email_about_disputes: bool = Field(
        default=True,
        title="E-mail about disputes",
        description="Off: nobody is told by e-mail of disputes that are opened and closed.",
    )
    email_about_news: bool = Field(
        default=True, title="E-mail about announcements", description="Off: vendors are not told of them by e-mail."
    )
    department_email: str | None = Field(
        default=None,
        title="E-mail address of the department",
        description="If given, one e-mail goes there instead of one to each of the staff concerned.",
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$",
    )
    email_wait_seconds: int = Field(
        default=60,
        ge=0,
        le=86_400,
        title="Seconds to wait before an e-mail",
        description="What comes into the same conversation meanwhile goes into the same e-mail. 0: none.",
    )
    email_unread_only: bool = Field(
        default=True,
        title="No e-mail for what has been read",
        description="Off: people are also written to about what they have read while the e-mail waited.",
    )
    email_hourly_limit: int = Field(
        default=20,
        ge=0,
        le=1000,
        title="E-mails per recipient and hour",
        description="At most; the last of them has all that waits, and what comes later waits for the next. 0: no limit.",
    )
    email_attempts: int = Field(
        default=16,
        ge=1,
        le=100,
        title="Attempts to deliver",
        description="Then a notification is given up, and the admin shows why: 16 take about a day and a half. Time in which "
        "the mail server cannot be reached does not count.",
    )
    notification_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        title="Days that notifications are kept",
        description="The list of what somebody was told; conversations themselves are kept for ever.",
    )
    storefront_thread_url: str = Field(
        default="{storefront}/messages/{thread}",
        title="Address of a conversation in the storefront",
        description="For e-mails. {storefront} is STOREFRONT_URL, {thread} the id of the conversation, {order} the number "
        "of its order, empty without one. A guest's gets the token after a #.",
        max_length=500,
        pattern=r"^(https?://|\{storefront\})[^\s{}]*(\{(storefront|thread|order)\}[^\s{}]*)*$",
    )
    webhook_url: WebAddress | None = Field(
        default=None,
        title="Webhook: address",
        description="A system of the shop that is told of every message and dispute. By https, and on the internet, "
        "unless WEBHOOK_ALLOW_PRIVATE is on.",
        max_length=2000,
    )
    webhook_secret: SigningSecret | None = Field(
        default=None,
        title="Webhook: secret",
        description="By which that system knows the shop: whsec_ and then 24 to 64 bytes in base64. Left out: one is made, "
        "and `manage.py plugins settings messaging --secrets` shows it.",
    )
    webhooks_enabled: bool = Field(
        default=True,
        title="Webhook: on",
        description="Off: that system is told of nothing that happens; what still waited for it waits on. An answer "
        "with status 410 switches it off.",
    )
    webhook_attempts: int = Field(
        default=16,
        ge=1,
        le=100,
        title="Webhook: attempts",
        description="Then a delivery is given up, and the admin shows why: 16 take about a day.",
    )
    mask_customer_contacts: bool = Field(
        default=True,
        title="Hide customers' e-mail addresses from vendors",
        description="Off: a vendor sees the address of a customer in its own conversations.",
    )
    maximum_length: int = Field(
        default=LONGEST_BODY,
        ge=1,
        le=LONGEST_BODY,
        title="Longest message",
        description="In characters.",
    )
    event_log_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        title="Days that events are kept",
        description="A client that was away longer reads everything anew instead of what it missed.",
    )

    @classmethod
    def checked(cls, values: object) -> Self:
        """With a secret, if there is an address that needs one."""
        found = super().checked(values)
        if found.webhook_url is None:
            return found
        if not found.webhook_url.startswith("https:") and not django_settings.WEBHOOK_ALLOW_PRIVATE:
            message = "webhookUrl: Only https is allowed here: see WEBHOOK_ALLOW_PRIVATE."
            raise Invalid(message, field=("input", "settings", "webhookUrl"))
        if found.webhook_secret is not None:
            return found
        return found.model_copy(update={"webhook_secret": SecretStr(signatures.new_secret())})

    @property
    def webhook(self) -> Webhook | None:
        """None while nobody is to be told."""
        if not self.webhooks_enabled or self.webhook_url is None or self.webhook_secret is None:
            return None
        return Webhook(self.webhook_url, self.webhook_secret.get_secret_value())


@dataclass(frozen=True, slots=True)
class Today:
    """The mode and the settings by which every rule of this plugin judges."""

    mode: MultivendorMode
    settings: MessagingSettings

    @property
    def has_vendors(self) -> bool:
        return self.mode is not MultivendorMode.OFF

    @property
    def vendors_face_customers(self) -> bool:
        """Else the store answers in their place, and they see nothing of it."""
        match self.mode:
            case MultivendorMode.SEPARATE_SHOPS:
                return True
            case MultivendorMode.WAREHOUSE:
                return self.settings.allow_vendor_communication_in_warehouse
        return False


_last: tuple[ShopState, Today] | None = None


def today() -> Today:
    """As of the operation under way; outside of one, it costs one statement."""
    global _last  # noqa: PLW0603 - validating the settings anew for each row of a list would be dear
    state = current()
    last = _last
    if last is not None and last[0] is state:
        return last[1]
    settings = state.settings_of("messaging")
    if not isinstance(settings, MessagingSettings):
        raise TypeError(f"The settings of messaging are {type(settings).__name__}.")
    found = Today(state.multivendor_mode, settings)
    _last = (state, found)
    return found
