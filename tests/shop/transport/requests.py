"""One HTTP request, as any client might send it."""

import json
from typing import Any

from django.test import Client

from shop.models import User

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def post(body: object, *, client: Client | None = None, content_type: str = JSON, **headers: str) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).post("/graphql/", data=data, content_type=content_type, headers=named)


def get(query: str = "", *, client: Client | None = None, accept: str = JSON, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).get(f"/graphql/{query}", headers={"accept": accept, **named})


def code_of(response: Any) -> str:
    (error,) = response.json()["errors"]
    assert error["message"]
    return str(error["extensions"]["code"])


def signed_in(user: User, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    client.force_login(user)
    return client
