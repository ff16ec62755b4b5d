"""Who may do what, written by hand from the domain's own table. No rule of the code is imported here.

Actors:
An anonymous · Gt guest with the token of an order · Gx guest of another order · Cu customer · Cx another customer
· Ve Vv Vn users of Oakline, the counterparty, with edit, view and no rights · Vc edit with customers only
· Vs edit with the store only · Vf was a user of Oakline, and wrote, but has left · Vl user of Brightware, which has
lines in the orders but is not the counterparty · Vx user of a vendor with nothing in them · So MANAGE_ORDERS
· Sc MANAGE_MESSAGES · Sm staff with neither (MANAGE_SHOP, MANAGE_PLUGINS) · Su superuser: everything that Sc may.

Modes: M0 off · M1 separate shops · M2 warehouse · M3 warehouse where vendors communicate with customers.
"""

import os

ACTORS = ["An", "Gt", "Gx", "Cu", "Cx", "Ve", "Vv", "Vn", "Vc", "Vs", "Vf", "Vl", "Vx", "So", "Sc", "Sm", "Su"]
MODES = ("M0", "M1", "M2", "M3")
#: Those that are played; `make test` leaves half of them out where it plays the matrix a second time.
PLAYED = tuple(mode for mode in MODES if mode in os.environ.get("MATRIX_MODES", " ".join(MODES)).split())

#: One thread of each of these, whatever the mode it began in: access is judged by today's.
#: name                       kind               customer  facing      about               dispute   word in it
THREADS = """
order                      | ORDER            | Cu      | Oakline    | order             | open    | alpha
order, at the store        | ORDER            | Cu      | the store  | order             | closed  | bravo
order, at a line's vendor  | ORDER            | Cu      | Brightware | order             |         | charlie
order of a guest           | ORDER            | Gt      | Oakline    | order of a guest  | open    | delta
order of another           | ORDER            | Cx      | Elsewhere  | order of another  | open    | echo
order of another guest     | ORDER            | Gx      | Elsewhere  | order of another guest |    | foxtrot
question                   | PRODUCT_QUESTION | Cu      | Oakline    | table             |         | golf
question, at the store     | PRODUCT_QUESTION | Cu      | the store  | book              |         | hotel
contact                    | CONTACT          | Cu      | Oakline    | Oakline           |         | india
contact, with the store    | CONTACT          | Cu      | the store  |                   |         | juliett
vendor and store           | VENDOR_ADMIN     |         | Oakline    |                   |         | kilo
vendor and store, on order | VENDOR_ADMIN     |         | Oakline    | order             |         | lima
vendor and store, on table | VENDOR_ADMIN     |         | Oakline    | table             |         | mike
announcement               | VENDOR_ADMIN     |         | Oakline    |                   |         | november
other vendor and store     | VENDOR_ADMIN     |         | Elsewhere  |                   |         | oscar
"""

#: See, read, search, count, subscribe; and mark one's own as read and unread, one or many.
#: thread                     M0         M1                  M2         M3
SEES = """
order                      | Cu So Sc | Cu Ve Vv Vc So Sc | Cu So Sc | Cu Ve Vv Vc So Sc
order, at the store        | Cu So Sc | Cu So Sc          | Cu So Sc | Cu So Sc
order, at a line's vendor  | Cu So Sc | Cu Vl So Sc       | Cu So Sc | Cu Vl So Sc
order of a guest           | Gt So Sc | Gt Ve Vv Vc So Sc | Gt So Sc | Gt Ve Vv Vc So Sc
order of another           | Cx So Sc | Cx Vx So Sc       | Cx So Sc | Cx Vx So Sc
order of another guest     | Gx So Sc | Gx Vx So Sc       | Gx So Sc | Gx Vx So Sc
question                   | Cu Sc    | Cu Ve Vv Vc Sc    | Cu Sc    | Cu Ve Vv Vc Sc
question, at the store     | Cu Sc    | Cu Sc             | Cu Sc    | Cu Sc
contact                    | Cu Sc    | Cu Ve Vv Vc Sc    | Cu Sc    | Cu Ve Vv Vc Sc
contact, with the store    | Cu Sc    | Cu Sc             | Cu Sc    | Cu Sc
vendor and store           | Sc       | Ve Vv Vs Sc       | Ve Vv Vs Sc | Ve Vv Vs Sc
vendor and store, on order | Sc       | Ve Vv Vs Sc       | Ve Vv Vs Sc | Ve Vv Vs Sc
vendor and store, on table | Sc       | Ve Vv Vs Sc       | Ve Vv Vs Sc | Ve Vv Vs Sc
announcement               | Sc       | Ve Vv Vs Sc       | Ve Vv Vs Sc | Ve Vv Vs Sc
other vendor and store     | Sc       | Vx Sc             | Vx Sc    | Vx Sc
"""

#: Post. Whoever sees and may not is told FORBIDDEN, or the code in the last column.
POSTS = """
order                      | Cu So Sc | Cu Ve Vc So Sc    | Cu So Sc | Cu Ve Vc So Sc    |
order, at the store        | Cu So Sc | Cu So Sc          | Cu So Sc | Cu So Sc          |
order, at a line's vendor  | Cu So Sc | Cu Vl So Sc       | Cu So Sc | Cu Vl So Sc       |
order of a guest           | Gt So Sc | Gt Ve Vc So Sc    | Gt So Sc | Gt Ve Vc So Sc    |
order of another           | Cx So Sc | Cx Vx So Sc       | Cx So Sc | Cx Vx So Sc       |
order of another guest     | Gx So Sc | Gx Vx So Sc       | Gx So Sc | Gx Vx So Sc       |
question                   | Cu Sc    | Cu Ve Vc Sc       | Cu Sc    | Cu Ve Vc Sc       |
question, at the store     | Cu Sc    | Cu Sc             | Cu Sc    | Cu Sc             |
contact                    | Cu Sc    | Cu Ve Vc Sc       | Cu Sc    | Cu Ve Vc Sc       |
contact, with the store    | Cu Sc    | Cu Sc             | Cu Sc    | Cu Sc             |
vendor and store           |          | Ve Vs Sc          | Ve Vs Sc | Ve Vs Sc          | M0 CONTACT_DISABLED
vendor and store, on order |          | Ve Vs Sc          | Ve Vs Sc | Ve Vs Sc          | M0 CONTACT_DISABLED
vendor and store, on table |          | Ve Vs Sc          | Ve Vs Sc | Ve Vs Sc          | M0 CONTACT_DISABLED
announcement               |          | Sc                | Sc       | Sc                | M0 CONTACT_DISABLED, Ve Vs REPLIES_NOT_ALLOWED
other vendor and store     |          | Vx Sc             | Vx Sc    | Vx Sc             | M0 CONTACT_DISABLED
"""

#: Open and close a dispute: in the same threads, in every mode; where there are none, FORBIDDEN.
DISPUTES = """
order                      | Cu So Sc | Cu So Sc          | Cu So Sc | Cu So Sc
order, at the store        | Cu So Sc | Cu So Sc          | Cu So Sc | Cu So Sc
order, at a line's vendor  | Cu So Sc | Cu So Sc          | Cu So Sc | Cu So Sc
order of a guest           | Gt So Sc | Gt So Sc          | Gt So Sc | Gt So Sc
order of another           | Cx So Sc | Cx So Sc          | Cx So Sc | Cx So Sc
order of another guest     | Gx So Sc | Gx So Sc          | Gx So Sc | Gx So Sc
"""

#: Begin a thread. A customer's own order, a question or a contact as a customer, who is anybody with an account that
#: is not staff and not of that very vendor; a vendor's users and staff first write about orders only.
STARTS = """
order                      | Cu So Sc | Cu Ve Vc So Sc    | Cu So Sc | Cu Ve Vc Vl So Sc
order of a guest           | Gt So Sc | Gt Ve Vc So Sc    | Gt So Sc | Gt Ve Vc Vl So Sc
order of another           | Cx So Sc | Cx Vx So Sc       | Cx So Sc | Cx Vx So Sc
question                   | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Vf Vl Vx
question, at the store     | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx
contact                    |          | Cu Cx Vf Vl Vx    |          | Cu Cx Vf Vl Vx
contact, with the store    | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx | Cu Cx Ve Vv Vn Vc Vs Vf Vl Vx
vendor and store           |          | Ve Vs Sc          | Ve Vs Sc | Ve Vs Sc
announcement               |          | Sc                | Sc       | Sc
"""

#: What those are told who may not begin one; of an order that they do not see, NOT_FOUND. Visitors: UNAUTHENTICATED.
REFUSALS = """
order                      | FORBIDDEN
order of a guest           | FORBIDDEN
order of another           | FORBIDDEN
question                   | FORBIDDEN RECIPIENT_NOT_ALLOWED
question, at the store     | FORBIDDEN
contact                    | FORBIDDEN RECIPIENT_NOT_ALLOWED VENDOR_CONTACT_DISABLED
contact, with the store    | FORBIDDEN
vendor and store           | FORBIDDEN CONTACT_DISABLED
announcement               | FORBIDDEN
"""

#: Has several recipients and must choose one.
CHOOSES = """
order                      |          |                   |          | Cu
order of a guest           |          |                   |          | Gt
order of another           |          |                   |          | Cx
"""

#: See the order by itself, in lists and filters. Sc has no list of orders, but sees all of one beside its threads.
ORDERS = """
order                      | Cu So Su | Cu Ve Vv Vn Vc Vs So Su | Cu Ve Vv Vn Vc Vs Vl So Su | Cu Ve Vv Vn Vc Vs Vl So Su
order of a guest           | Gt So Su | Gt Ve Vv Vn Vc Vs So Su | Gt Ve Vv Vn Vc Vs Vl So Su | Gt Ve Vv Vn Vc Vs Vl So Su
order of another           | Cx So Su | Cx Vx So Su       | Cx Vx So Su | Cx Vx So Su
order of another guest     | Gx So Su | Gx Vx So Su       | Gx Vx So Su | Gx Vx So Su
"""

#: Whose `User` an answer may hold, besides one's own: a customer's beside an order, colleagues' who have written.
#: Staff who deal with customers see everybody.
USERS = """
Gt                         |          |                   |          |
Ve Vv Vc Vs                |          | Cu Ve Vf          | Cu Ve Vf | Cu Ve Vf
Vn                         |          | Cu                | Cu       | Cu
Vl                         |          | Cu                | Cu       | Cu
Vx                         |          | Cx                | Cx       | Cx
"""


def rows(table: str) -> list[tuple[str, list[str]]]:
    """What each row is about, and its cells."""
    split = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [(cells[0], cells[1:]) for cells in split]


def named(table: str, mode: str) -> dict[str, set[str]]:
    """Row → the actors in the mode's cell; the superuser is where Sc is."""
    column = MODES.index(mode)
    found = {name: set(cells[column].split()) for name, cells in rows(table)}
    assert set().union(*found.values()) <= set(ACTORS), found
    return {name: actors | ({"Su"} if "Sc" in actors else set()) for name, actors in found.items()}


def whose(table: str, mode: str, actor: str) -> set[str]:
    """Rows with the actor in the mode's cell."""
    return {name for name, actors in named(table, mode).items() if actor in actors}
