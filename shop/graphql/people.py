from collections.abc import Mapping

import strawberry

from shop import access, models
from shop.graphql.context import Info
from shop.graphql.loading import Rows, batched
from shop.graphql.nodes import Node, node


@node(models.User, access.visible_users)
class User(Node):
    name: str

    @batched(str | None, description="Null for whoever may not see it.")
    def email(rows: strawberry.Parent[Rows[models.User]], info: Info) -> Mapping[models.User, str]:
        seen = access.emails_seen_by(info.context.actor, frozenset(user.pk for user in rows))
        return {user: user.email for user in rows if user.pk in seen}
