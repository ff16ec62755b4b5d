"""What plugins put into the header of the admin, and that it goes with them."""

import re

import pytest
from django.test import Client

from shop.models import User
from tests import world
from tests.example_plugin.models import GiftNote

pytestmark = pytest.mark.django_db


def header_of(user: User, path: str = "/admin/") -> list[tuple[str, str]]:
    """Address and text of each link."""
    browser = Client()
    browser.force_login(user)
    html = browser.get(path).content.decode()
    links = re.findall(r'<a class="header-link" href="([^"]*)">(.*?)</a>', html)
    return [(address, re.sub(r"<.*?>", "", text)) for address, text in links]


def test_a_link_stands_on_every_page_with_its_number() -> None:
    world.enabled("giftnotes")
    owner = world.a_superuser()
    address = "/admin/giftnotes/giftnote/"
    assert header_of(owner) == [(address, "Gift notes")]
    GiftNote.objects.create(order=world.an_order(world.a_customer()), text="Hello")
    for path in ("/admin/", "/admin/shop/order/", "/admin/shop/pluginstate/", address):
        assert header_of(owner, path) == [(address, "Gift notes 1")], path


def test_it_goes_with_its_plugin_and_visitors_see_none() -> None:
    world.enabled("giftnotes", on=False)
    assert header_of(world.a_superuser()) == []
    world.enabled("giftnotes")
    assert "header-link" not in Client().get("/admin/login/").content.decode()
