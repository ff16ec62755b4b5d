"""What the user can put right in a mutation of this plugin."""

from enum import Enum

import strawberry

from shop.graphql.errors import UserError


@strawberry.enum
class MessagingErrorCode(Enum):
    BLANK = "BLANK"
    CONTACT_DISABLED = "CONTACT_DISABLED"
    DISPUTE_ALREADY_OPEN = "DISPUTE_ALREADY_OPEN"
    DISPUTE_NOT_OPEN = "DISPUTE_NOT_OPEN"
    DISPUTES_DISABLED = "DISPUTES_DISABLED"
    FORBIDDEN = "FORBIDDEN"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    RATE_LIMITED = "RATE_LIMITED"
    RECIPIENT_NOT_ALLOWED = "RECIPIENT_NOT_ALLOWED"
    RECIPIENT_REQUIRED = "RECIPIENT_REQUIRED"
    REPLIES_NOT_ALLOWED = "REPLIES_NOT_ALLOWED"
    TOO_LONG = "TOO_LONG"
    VENDOR_CONTACT_DISABLED = "VENDOR_CONTACT_DISABLED"


@strawberry.type
class MessagingUserError(UserError):
    code: MessagingErrorCode
