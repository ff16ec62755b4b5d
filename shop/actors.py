"""Who asks: one frozen value, resolved once for a request and handed to every rule and verb."""

from dataclasses import dataclass

from shop.vocabulary import Permission, Rights


@dataclass(frozen=True, slots=True)
class Membership:
    """What a user may do in the name of one vendor."""

    vendor_id: int
    customer_rights: Rights
    store_rights: Rights


@dataclass(frozen=True, slots=True)
class Actor:
    """Two actors that compare equal may see and do exactly the same.

    ``order_id`` is set for a guest, who acts as the customer of that one order and of nothing else.
    """

    user_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    memberships: tuple[Membership, ...] = ()
    order_id: int | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None and self.order_id is None

    @property
    def is_staff(self) -> bool:
        return bool(self.permissions)

    @property
    def vendor_ids(self) -> frozenset[int]:
        return frozenset(membership.vendor_id for membership in self.memberships)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def vendors_for_customers(self, least: Rights) -> frozenset[int]:
        """Vendors in whose name the actor may deal with customers, with at least these rights."""
        return frozenset(member.vendor_id for member in self.memberships if member.customer_rights >= least)

    def vendors_for_store(self, least: Rights) -> frozenset[int]:
        """Vendors in whose name the actor may deal with the store, with at least these rights."""
        return frozenset(member.vendor_id for member in self.memberships if member.store_rights >= least)


ANONYMOUS = Actor()
