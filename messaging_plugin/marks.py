"""Read marks as messages move them. See ``models.ReadState`` for what always holds."""

from django.db.models import Case, F, Q, QuerySet, Value, When

from messaging_plugin.concern import Concerned
from messaging_plugin.models import Message, ReadState
from shop.actors import Actor
from shop.vocabulary import Side


def marks_of(actor: Actor) -> QuerySet[ReadState]:
    """A guest's are those without a user, in threads that ``access`` lets the guest see."""
    return ReadState.objects.filter(is_marker(actor))


def is_marker(actor: Actor, prefix: str = "") -> Q:
    if actor.user_id is not None:
        return Q(**{f"{prefix}user_id": actor.user_id})
    return Q(**{f"{prefix}user__isnull": True})


def written_by(actor: Actor) -> Q:
    """Messages that never count as unread for the actor, within a thread the actor may see."""
    if actor.user_id is not None:
        return Q(author_id=actor.user_id)
    return Q(author__isnull=True, author_side=Side.CUSTOMER)


def wrote(actor: Actor, message: Message) -> bool:
    """``written_by`` for one message, in a thread that the actor may see."""
    if actor.user_id is not None:
        return message.author_id == actor.user_id
    return message.author_id is None and message.author_side == Side.CUSTOMER


def count_in(message: Message, concerned: Concerned) -> None:
    """Count a message just written for those it concerns and for those who have a backlog: two statements.

    Whoever else has a mark stays at the end of the thread. The thread is locked.
    """
    rows = ReadState.objects.filter(thread_id=message.thread_id)
    number = message.number
    if number > 1:
        counts = Q(user_id__in=concerned.users)
        if concerned.guest:
            counts |= Q(user__isnull=True)
        is_author = _is_reader_who_wrote(message)
        rows.update(
            last_read_number=Case(
                When(unread_count__gt=0, then=F("last_read_number")),
                When(counts & ~is_author, then=Value(number - 1)),
                default=Value(number),
            ),
            unread_count=Case(
                When(is_author, then=F("unread_count")),
                When(counts | Q(unread_count__gt=0), then=F("unread_count") + 1),
                default=F("unread_count"),
            ),
            message_count=number,
        )
    begin(message, concerned)


def begin(message: Message, concerned: Concerned) -> None:
    """A mark for everyone concerned who has none in this thread."""
    ReadState.objects.bulk_create(
        fresh_marks(message, concerned),
        ignore_conflicts=True,  # those who have one have been counted above
    )


def fresh_marks(message: Message, concerned: Concerned) -> list[ReadState]:
    readers: list[int | None] = [*concerned.users, *([None] if concerned.guest else [])]
    return [
        ReadState(
            thread_id=message.thread_id,
            user_id=user_id,
            last_read_number=message.number - 1,
            unread_count=1,
            message_count=message.number,
        )
        for user_id in readers
    ]


def _is_reader_who_wrote(message: Message) -> Q:
    if message.author_id is not None:
        return Q(user_id=message.author_id)
    return Q(user__isnull=True) if message.guest_order_id is not None else Q(pk__in=())
