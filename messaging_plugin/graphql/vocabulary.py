import strawberry

from messaging_plugin import vocabulary

ThreadKind = strawberry.enum(vocabulary.ThreadKind)
MessageKind = strawberry.enum(vocabulary.MessageKind)
DisputeStatus = strawberry.enum(vocabulary.DisputeStatus)
OrderMessages = strawberry.enum(
    vocabulary.OrderMessages,
    description="Orders with unread messages for the viewer, or with any messages. Left out: all orders.",
)
