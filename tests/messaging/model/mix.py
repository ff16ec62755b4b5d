"""What happens in the model, and how often: Hypothesis draws one operation after the other from here."""

from typing import Any

from hypothesis import strategies as st

from tests.messaging.model.market import MEMBERS, NOBODY, ORDERS_MADE, PEOPLE, PRODUCTS, TALKATIVE, VENDORS
from tests.messaging.model.records import EDIT, NONE, STORE, VIEW, About, Rights

people = st.sampled_from([*PEOPLE, *TALKATIVE * 2, NOBODY])
numbers = st.sampled_from(range(100))
keys = st.sampled_from([None, None, None, "k1", "k2", "k3"])
orders = [About("order", name) for name in ORDERS_MADE]
products = [About("product", name) for name in PRODUCTS]
contacts = [*(About("vendor", name) for name in VENDORS), About("store")]
filters = st.sampled_from(
    [{}, {"unread": True}, {"unread": False}, {"disputed": True}, {"kind": ["ORDER"]}, {"kind": ["VENDOR_ADMIN", "CONTACT"]},
     {"side": "CUSTOMER"}, {"side": "VENDOR"}, {"side": "STORE"}]
)  # fmt: skip
modes = st.sampled_from(["M0", "M1", "M1", "M2", "M3", "M3"])
rights = st.builds(Rights, *[st.sampled_from([NONE, VIEW, EDIT])] * 2)
lesser = st.builds(Rights, *[st.sampled_from([NONE, NONE, VIEW])] * 2)
greater = st.builds(Rights, *[st.sampled_from([VIEW, EDIT])] * 2)
belongings = st.tuples(st.sampled_from(list(MEMBERS)), st.sampled_from(VENDORS), st.one_of(st.none(), rights, rights))


def operation(name: str, weight: int, /, **given: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Any]]:
    return [st.tuples(st.just(name), st.fixed_dictionaries(given))] * weight


#: The name of a rule with its arguments.
operations = st.one_of(
    st.none(),  # what a step becomes that a difference does not need
    *operation(
        "start",
        5,
        person=st.sampled_from([*PEOPLE, *TALKATIVE * 2]),
        about=st.sampled_from([*orders * 2, *products, *contacts]),
        recipient=st.sampled_from([None, None, *VENDORS, STORE]),
        number=numbers,
        key=keys,
    ),
    *operation(
        "start_with_store",
        2,
        person=st.sampled_from([*MEMBERS, "sam", "sam", "olga", "carla"]),
        vendor=st.sampled_from(VENDORS),
        context=st.sampled_from([None, None, None, *orders, *products]),
        number=numbers,
        key=keys,
    ),
    *operation("send", 8, person=people, number=numbers, key=keys),
    *operation("send_again", 1, person=people, number=numbers),
    *operation(
        "announce",
        1,
        person=st.sampled_from(["sam", "sam", "sam", "dora", "dora", "olga", "anna"]),
        vendors=st.one_of(st.none(), st.sets(st.sampled_from(VENDORS), min_size=1)),
        replies=st.sampled_from([None, True, False]),
        number=numbers,
        key=keys,
    ),
    *operation(
        "mark", 6, person=people, number=numbers, stop=st.one_of(st.none(), numbers), stray=numbers, read=st.booleans()
    ),
    *operation(
        "mark_many",
        3,
        person=people,
        chosen=st.one_of(filters, st.lists(numbers, min_size=1, max_size=4)),
        read=st.booleans(),
    ),
    *operation("dispute_thread", 2, person=people, number=numbers),
    *operation("dispute_order", 1, person=people, name=st.sampled_from(list(ORDERS_MADE))),
    *operation("close", 3, person=people, number=numbers),
    *operation("change", 3, change=st.one_of(modes, modes, belongings, belongings, st.just("off"))),
    *operation("step_back", 1, person=people, number=numbers, late=numbers, early=numbers),
    *operation("supervise", 2, person=st.sampled_from(["sam", "dora", "olga"]), number=numbers, opens=st.booleans()),
    *operation(
        "lose_and_regain",
        2,
        person=st.sampled_from(list(MEMBERS)),
        vendor=st.sampled_from(VENDORS),
        number=numbers,
        losing=st.one_of(st.none(), lesser),
        regained=greater,
    ),
)
