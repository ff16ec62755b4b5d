import strawberry

from messaging_plugin.vocabulary import DisputeStatus, MessageKind, NotificationEvent, OrderMessages, ThreadKind

__all__ = ["DisputeStatus", "MessageKind", "NotificationEvent", "OrderMessages", "ThreadKind"]

strawberry.enum(ThreadKind)
strawberry.enum(MessageKind)
strawberry.enum(DisputeStatus)
strawberry.enum(NotificationEvent, description="What somebody is told of.")
strawberry.enum(
    OrderMessages,
    description="Orders with unread messages for the viewer, or with any messages. Left out: all orders.",
)
