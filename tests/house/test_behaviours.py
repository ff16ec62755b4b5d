"""Every behaviour that the product promises has a test that names it: ``test_a03_…``, or ``test_a20_a38_…`` for several."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent

#: M0: multivendor off. M1: separate shops. M2: warehouse. M3: warehouse with direct communication.
BEHAVIOURS = {
    # who faces whom, who supervises
    1: "Customers, vendors and the store have threads with each other.",
    2: "The shop is in exactly one multivendor mode.",
    3: "M1: a question about a product goes to the product's owner.",
    4: "M1: a message about an order goes to its vendor.",
    5: "M1: the owner may be the store; then the message goes to the store.",
    6: "M1: the store sees all messages of customers and vendors.",
    7: "M1: the store can cut in.",
    8: "M1: a vendor sees messages of its own only, by list, id, search, count and subscription.",
    9: "M2: the store talks to customers; vendors see nothing of it.",
    10: "M3: the customer chooses whom to contact.",
    11: "A buyer writes to a seller before any purchase.",
    12: "That conversation starts on the vendor's page.",
    13: "The option for direct communication in a warehouse is read and written by staff only.",
    14: "The option counts in a warehouse only.",
    15: "A dispute opened by staff makes the thread concern them; before, it does not.",
    16: "Disputes are opened and closed at the order.",
    17: "With vendors, communication links customers, vendors and the owner.",
    18: "Switched off, the parts of the plugin are gone.",
    # the customer's side
    20: "The customer writes from the order, with its id and words alone.",
    21: "Every order says whether its buyer can write.",
    22: "The customer writes on the messages page of the order.",
    23: "No topic is refused.",
    24: "The thread is linked to the order, which both sides see.",
    25: "Without vendors the store is the seller.",
    26: "An answer stands below the question, in one thread.",
    27: "A customer's conversations are all in one list.",
    28: "A thread carries its order's number.",
    29: "Quick access to messages is one cheap query.",
    30: "A new message of the seller raises the count in the header, live too.",
    31: "An order says how many of its messages are new.",
    32: "New messages are marked as new.",
    33: "The customer gets an e-mail about any new message of the seller.",
    34: "Both go on as long as they require.",
    35: "All communication is kept and can be reached at any time.",
    36: "A customer asks a question on a product's page.",
    37: "Questions are about products, orders, or nothing in particular.",
    38: "The customer starts from the order's page.",
    39: "The customer reads and answers in the messages tab.",
    # disputes
    40: "A customer opens a dispute to reach the store.",
    41: "A dispute needs a reason.",
    42: "The seller is told of a dispute.",
    43: "Staff open disputes, too.",
    44: "The exchange goes on while a dispute is open.",
    45: "Lists mark a thread with an open dispute.",
    46: "The thread says who opened the dispute, and when.",
    47: "The customer sees that a dispute is in progress.",
    48: "A dispute stays open until the customer or the store closes it; a vendor cannot.",
    49: "The customer closes it.",
    50: "Staff close it.",
    51: "Closed, the mark is gone.",
    52: "Threads are narrowed to open disputes.",
    53: "A dispute counts like a message in the bell, by mail and in the order's label.",
    # the store's side
    60: "A message or a dispute rings the bell.",
    61: "The bell counts messages and disputes apart, and leads to each.",
    62: "An order's label is the number of its unread messages.",
    63: "Staff get an e-mail about new messages.",
    64: "Staff get an e-mail about new disputes.",
    65: "All threads are in one place.",
    66: "A row has the order's number.",
    67: "A row has the latest message, and whether it is unread.",
    68: "A row has the date of the latest message.",
    69: "A row leads to the order with the whole thread.",
    70: "Search by words.",
    71: "Filter: unread, open disputes, all.",
    72: "All threads are marked read, or unread.",
    73: "Selected threads are marked read, or unread.",
    74: "All messages of an order are at the order.",
    75: "The thread is found by the order's number.",
    76: "Staff answer.",
    77: "Staff write first about an order.",
    78: "The customer reads that and replies in the same thread.",
    79: "Orders are narrowed to those with unread, or any, messages.",
    # the message centre
    80: "Vendors read their customers' messages, the owner all.",
    81: "They answer, questions about products and orders, too.",
    82: "The context is shown beside the dialogue.",
    83: "A link leads to the product or order.",
    84: "Vendors and the store have a page of their own.",
    85: "A vendor asks the store.",
    86: "Staff comment on a product of a vendor's.",
    87: "The owner tells vendors news.",
}

_NAME = re.compile(r"test((?:_a\d\d)+)(?=_)")


def named() -> dict[int, list[str]]:
    """Number → the tests that name it."""
    found: dict[int, list[str]] = {}
    for path in sorted((TESTS / "messaging").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match = _NAME.match(node.name) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
            for number in match[1].split("_a")[1:] if match else ():
                found.setdefault(int(number), []).append(f"{path.name}::{match[0] if match else ''}")
    return found


def test_every_behaviour_has_a_test() -> None:
    assert sorted(BEHAVIOURS.keys() - named().keys()) == []


def test_no_test_names_a_behaviour_that_is_not_promised() -> None:
    assert sorted(named().keys() - BEHAVIOURS.keys()) == []
