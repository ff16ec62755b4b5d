"""What people in the demo shop have written, the same every time."""

from dataclasses import dataclass
from datetime import UTC, datetime

CARLA, CHRIS, ANNA, BELA = (f"{name}@example.com" for name in ("carla", "chris", "anna", "bela"))
ADMIN, SUPPORT = "admin@example.com", "support@example.com"
#: Who bought without an account, and reads and writes by the order's token.
GUEST = ""

SAYS, OPENS, CLOSES = "says", "opens a dispute", "closes the dispute"


@dataclass(frozen=True)
class Line:
    who: str
    at: datetime
    text: str
    does: str = SAYS


@dataclass(frozen=True)
class Conversation:
    """``about`` is ``order:<number>``, ``product:<SKU>``, ``vendor:<slug>``, or ``store``."""

    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class VendorConversation:
    """Between a vendor and the store; ``product`` is the SKU of what it is about."""

    subject: str
    product: str
    lines: tuple[Line, ...]


def _on(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


CONVERSATIONS = (
    Conversation(
        "order:1001",
        (
            Line(
                CARLA,
                _on(10, 6, 8, 20),
                "Hello Oakline,\n\nwe live on the third floor and the stairs are narrow. "
                "Can the table be carried up in parts?",
            ),
            Line(
                ANNA,
                _on(10, 6, 9, 5),
                "Good morning Carla,\n\nyes: the legs unscrew, and the top is 180 by 90 cm. "
                "If a mattress fits round your stairs, so does the table.",
            ),
            Line(CARLA, _on(10, 6, 9, 48), "A mattress does. Do the chairs come on the same day?"),
            Line(
                ANNA,
                _on(10, 7, 7, 30),
                "They do: one delivery, Thursday between 10 and 14. The forwarder calls you the day before.",
            ),
        ),
    ),
    Conversation(
        "order:1003",
        (
            Line(
                CHRIS,
                _on(10, 19, 17, 2),
                "One of the two shelves came without its brackets, and nobody answers the phone.",
                OPENS,
            ),
            Line(
                ANNA,
                _on(10, 20, 7, 44),
                "I am sorry, Chris. The brackets are in today's post, with a bag of screws for both shelves.",
            ),
            Line(CHRIS, _on(10, 22, 16, 31), "They came, and both shelves hang. Thank you!"),
            Line(CHRIS, _on(10, 22, 16, 32), "", CLOSES),
        ),
    ),
    Conversation(
        "order:1002",
        (
            Line(CARLA, _on(10, 16, 18, 12), "The glass of the pendant lamp has a crack. Can you send another?"),
            Line(BELA, _on(10, 17, 8, 9), "Could you send a picture of the box, please? Then we can ask the carrier."),
            Line(
                CARLA,
                _on(10, 23, 19, 40),
                "I sent the picture a week ago and have heard nothing since. "
                "I would like another glass, or my money back.",
                OPENS,
            ),
            Line(SUPPORT, _on(10, 24, 9, 15), "Hello Carla, hello Bela, this is Nordwind Market: let us find a way."),
            Line(BELA, _on(10, 24, 10, 2), "The picture never reached us. A new glass leaves our workshop on Monday."),
        ),
    ),
    Conversation(
        "order:1004",
        (
            Line(
                CARLA,
                _on(10, 21, 6, 50),
                "Could the people for the assembly come on Friday afternoon, when the table is here?",
            ),
            Line(SUPPORT, _on(10, 21, 8, 25), "Friday from 15:00 on is free. Shall I write you in?"),
            Line(CARLA, _on(10, 21, 8, 41), "Yes, please. Thank you!"),
        ),
    ),
    Conversation(
        "order:1005",
        (
            Line(
                GUEST,
                _on(10, 24, 11, 48),
                "The board is a present. Can you burn two letters into its edge: G & M?",
            ),
        ),
    ),
    Conversation(
        "product:BRT-FLOOR",
        (
            Line(CHRIS, _on(10, 26, 20, 14), "Which bulb does the Arc take, and how bright may it be?"),
            Line(BELA, _on(10, 27, 8, 33), "Any E27 up to 15 W LED. With ours (806 lumens) you can read under it."),
        ),
    ),
    Conversation(
        "vendor:oakline",
        (Line(CHRIS, _on(10, 29, 12, 5), "Do you have a workshop that one can visit on a Saturday?"),),
    ),
    Conversation(
        "store",
        (
            Line(CARLA, _on(10, 30, 15, 27), "Can I change the e-mail address of my account?"),
            Line(SUPPORT, _on(10, 30, 15, 59), "Yes: tell me the new one, and I shall send a link to it."),
        ),
    ),
)

VENDOR_CONVERSATIONS = (
    VendorConversation(
        "Pictures of the light strip",
        "BRT-STRIP",
        (
            Line(
                SUPPORT,
                _on(10, 27, 9, 0),
                "Hello Bela,\n\nthe light strip has no picture of its power supply, and customers ask about the plug. "
                "Could you add one? The pendant lamp shows how:\n- the parts side by side\n- a hand beside them, for size",
            ),
            Line(BELA, _on(10, 27, 11, 20), "Good idea. You will have it by the end of the week."),
        ),
    ),
)

#: By the owner, to all vendors; and what one of them answers.
ANNOUNCEMENT = Line(
    ADMIN,
    _on(11, 2, 8, 0),
    "Dear all,\n\nwhat is ordered until 18 December shall arrive before Christmas. "
    "Please tell us by the end of November on which days you ship.",
)
ANNOUNCEMENT_SUBJECT = "Shipping before Christmas"
ANSWER = Line(ANNA, _on(11, 3, 10, 26), "Oakline ships every weekday until the 17th.")
