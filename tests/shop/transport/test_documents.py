"""Trusted documents: a client sends an id, and the shop knows what it stands for."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

pytestmark = pytest.mark.django_db

KNOWN = {
    "one": "query One { shop { __typename } }",
    "two": "query($sku: String!) { product(sku: $sku) { __typename } }",
}


@pytest.fixture
def documents(tmp_path: Path, settings: LazySettings) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps(KNOWN))
    settings.TRUSTED_DOCUMENTS = str(file)


def send(**body: object) -> Any:
    return Client().post("/graphql/", data=body, content_type="application/json").json()


@pytest.mark.usefixtures("documents")
def test_a_known_document_is_run() -> None:
    assert send(documentId="one") == {"data": {"shop": {"__typename": "Shop"}}}
    assert send(documentId="two", variables={"sku": "none"}) == {"data": {"product": None}}


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize("document_id", ["three", "", "\0", "x" * 5_000])
def test_an_unknown_document_is_told_so(document_id: str) -> None:
    (error,) = send(documentId=document_id)["errors"]
    assert error["extensions"]["code"] == "DOCUMENT_UNKNOWN"
    assert len(error["message"]) < 200


@pytest.mark.usefixtures("documents")
def test_other_documents_are_run_as_long_as_they_are_not_forbidden(settings: LazySettings) -> None:
    query = "{ shop { __typename } }"
    assert "data" in send(query=query)
    settings.TRUSTED_DOCUMENTS_ONLY = True
    assert send(query=query)["errors"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"
    assert "data" in send(documentId="one")
