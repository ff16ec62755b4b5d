"""Staff at the admin, and what they find there."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging_plugin.models import Thread
from shop.models import Order, User
from shop.vocabulary import Permission
from tests import world
from tests.asking import Asker
from tests.messaging import asks

THREADS = "/admin/messaging/thread/"
DISPUTES = "/admin/messaging/dispute/"
ANNOUNCEMENTS = "/admin/messaging/announcement/"


def browser(user: User, *, csrf: bool = False) -> Client:
    made = Client(enforce_csrf_checks=csrf)
    made.force_login(user)
    return made


def support() -> User:
    return world.staff(Permission.MANAGE_MESSAGES, name="Sven Support")


def desk() -> User:
    return world.staff(Permission.MANAGE_ORDERS, name="Olga Desk")


def visitor() -> Client:
    return Client()


def text_of(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def a_thread(customer: Asker = None, *, vendor: Any = None, body: str = "Where is it?", **about: Any) -> Thread:
    """Begun by a customer, about a new order unless ``about`` says otherwise."""
    customer = customer or world.a_customer()
    if not about:
        order = customer if isinstance(customer, Order) else world.an_order(customer, vendor=vendor)
        about = {"order": order}
    payload = asks.start(customer, body=body, **about).data["threadStart"]
    assert payload["userErrors"] == [], payload
    return Thread.objects.latest("pk")


def a_market() -> dict[str, Thread]:
    """A thread of every kind, by the name of what it is about."""
    oakline, brightware = world.a_vendor("Oakline"), world.a_vendor("Brightware")
    carla, chris = world.a_customer("Carla"), world.a_customer("Chris")
    return {
        "order": a_thread(carla, vendor=oakline, body="The table wobbles"),
        "store order": a_thread(chris, body="When does the oil come?"),
        "question": a_thread(chris, product=world.a_product("Lamp", vendor=brightware), body="Which bulb?"),
        "contact": a_thread(carla, store=True, body="A new address"),
    }


def page_of(thread: Thread) -> str:
    return reverse("admin:messaging_thread_change", args=[thread.pk])


def close_page_of(thread: Thread) -> str:
    return reverse("admin:messaging_thread_close_dispute", args=[thread.pk])


def subjects(html: str) -> list[str]:
    """What a list of threads or disputes shows, row by row."""
    cells = re.findall(r'<th class="field-about">.*?<a [^>]*>(.*?)</a></th>', html, re.DOTALL)
    return [unescape(re.sub(r"<span.*?</span>", "", cell)).strip() for cell in cells]


def bodies(html: str) -> list[str]:
    """Message bodies on the page of a thread, as a reader sees them."""
    return [unescape(body) for body in re.findall(r'<p class="body">(.*?)</p>\s*</article>', html, re.DOTALL)]


def bell(html: str) -> dict[str, tuple[str, int]]:
    """Title → where it leads and its number."""
    pattern = r'<a class="header-link" href="([^"]+)">([\w ]+?)(?: <span class="header-count">(\d+)</span>)?</a>'
    return {title: (unescape(url), int(count or 0)) for url, title, count in re.findall(pattern, html)}


def said(client: Client, path: str = "/admin/") -> list[str]:
    """The notes that the last deed has left for the next page."""
    return [unescape(note) for note in re.findall(r'<li class="(?:success|error)">(.*?)</li>', text_of(client, path))]


def errors(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<ul class="errorlist[^"]*"[^>]*><li>(.*?)</li></ul>', html)]


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        text_of(client, path)
    return len(captured)


def form(prefix: str, button: str, **fields: str) -> Mapping[str, str]:
    return {button: "1", **{f"{prefix}-{name}": value for name, value in fields.items()}}
