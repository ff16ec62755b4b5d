from typing import Any

import strawberry

from shop import access, models
from shop.graphql.context import Info
from shop.graphql.extending import extends
from shop.graphql.nodes import Node, node
from shop.graphql.roots import Query


@node(models.Page, access.visible_pages)
class Page(Node):
    slug: str
    title: str
    body: str


@extends(Query)
class PageQueries:
    @strawberry.field
    def page(self, info: Info, slug: str) -> Page | None:
        found: Any = access.visible_pages(info.context.actor).filter(slug=slug).first()
        return found
