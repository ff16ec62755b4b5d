import strawberry

from messaging_plugin.vocabulary import DisputeStatus, MessageKind, OrderMessages, ThreadKind

__all__ = ["DisputeStatus", "MessageKind", "OrderMessages", "ThreadKind"]

strawberry.enum(ThreadKind)
strawberry.enum(MessageKind)
strawberry.enum(DisputeStatus)
strawberry.enum(
    OrderMessages,
    description="Orders with unread messages for the viewer, or with any messages. Left out: all orders.",
)
