"""Who is asking, and how they sign in and out."""

from typing import Any

import strawberry

from shop import access, profile, tokens
from shop.actors import Actor
from shop.errors import Unauthenticated
from shop.graphql.catalogue import Vendor
from shop.graphql.context import Info
from shop.graphql.errors import ShopErrorCode, ShopUserError, answers
from shop.graphql.extending import extends
from shop.graphql.loading import Rows
from shop.graphql.people import User
from shop.graphql.roots import Mutation, Query
from shop.graphql.scalars import Permission


@strawberry.type(description="`user` is null for a guest with an order's token.")
class Viewer:
    actor: strawberry.Private[Actor]

    @strawberry.field
    def user(self) -> User | None:
        if self.actor.user_id is None:
            return None
        found: User | None = access.user_for(self.actor, self.actor.user_id)  # type: ignore[assignment]
        return found

    @strawberry.field(description="In whose name the viewer may act.")
    def vendors(self) -> list[Vendor]:
        found: Any = Rows(access.own_vendors(self.actor) if self.actor.vendor_ids else ())
        return list(found)

    @strawberry.field(description="Of e-mails to the viewer: en, de, es or fr.")
    def language(self) -> str:
        return profile.language_of(self.actor)

    @strawberry.field
    def is_staff(self) -> bool:
        return self.actor.is_staff

    @strawberry.field
    def permissions(self) -> list[Permission]:
        return [permission for permission in Permission if self.actor.may(permission)]


def viewer_of(info: Info) -> Viewer | None:
    return None if info.context.actor.is_anonymous else Viewer(actor=info.context.actor)


@extends(Query)
class ViewerQueries:
    @strawberry.field(description="Null when nobody is signed in.")
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info)


@strawberry.input
class ViewerUpdateInput:
    language: str = strawberry.field(description="en, de, es or fr.")


@strawberry.type
class ViewerUpdatePayload:
    viewer: Viewer | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class ViewerMutations:
    @strawberry.mutation(description="What the viewer sets for themselves.")
    @answers(ViewerUpdatePayload, ShopUserError, ShopErrorCode)
    def viewer_update(self, info: Info, input: ViewerUpdateInput) -> ViewerUpdatePayload:
        profile.choose_language(actor=info.context.actor, language=input.language)
        return ViewerUpdatePayload(viewer=viewer_of(info))


@strawberry.input
class TokenCreateInput:
    email: str
    password: str


@strawberry.type
class TokenCreatePayload:
    token: str | None = None
    viewer: Viewer | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@strawberry.type
class TokenRevokePayload:
    revoked: bool = False
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class TokenMutations:
    @strawberry.mutation(description="A bearer token for a headless client; shown once, stored as a hash.")
    @answers(TokenCreatePayload, ShopUserError, ShopErrorCode)
    def token_create(self, info: Info, input: TokenCreateInput) -> TokenCreatePayload:
        created = tokens.create_token(email=input.email, password=input.password, address=info.context.address)
        return TokenCreatePayload(token=created.raw, viewer=Viewer(actor=created.actor))

    @strawberry.mutation(description="Revokes the token that this request carries; its open sockets close.")
    @answers(TokenRevokePayload, ShopUserError, ShopErrorCode)
    def token_revoke(self, info: Info) -> TokenRevokePayload:
        if info.context.credential.kind != "token":
            raise Unauthenticated("This request carries no bearer token.")
        tokens.revoke_token(credential=info.context.credential)
        return TokenRevokePayload(revoked=True)
