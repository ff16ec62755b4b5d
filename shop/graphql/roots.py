"""The three roots. Each file of a noun extends them; so may a plugin."""

import strawberry


@strawberry.type
class Query:
    pass


@strawberry.type
class Mutation:
    pass


@strawberry.type
class Subscription:
    pass
