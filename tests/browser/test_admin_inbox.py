"""Staff at the admin in a real browser: from the bell to an answer, a dispute and back, forms and tokens included."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(chromium: Browser, live_server_address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{live_server_address}/admin/login/")
    page.fill("#id_username", "support@example.com")
    page.fill("#id_password", "demo")
    page.click("[type=submit]")
    yield page
    context.close()


def bell_says(page: Page, *texts: str) -> None:
    expect(page.locator(".header-link")).to_have_text([re.compile(rf"^\s*{text}\s*$") for text in texts])


def test_staff_answer_a_customer_and_settle_a_dispute(admin: Page) -> None:
    bell_says(admin, "Messages 10", "Disputes 1")
    admin.click(".header-link >> nth=0")
    expect(admin.locator("#result_list tbody tr")).to_have_count(6)
    admin.click("#result_list >> text=Order #1004")
    admin.fill("#id_reply-body", "You are in the book.\nSee you <b>on Friday</b>.")
    admin.click("input[name=reply]")
    expect(admin.locator(".message")).to_have_count(4)
    assert admin.locator(".message .body").last.inner_text() == "You are in the book.\nSee you <b>on Friday</b>."
    admin.click("input[name=read]")
    expect(admin.locator(".all-read")).to_have_count(1)
    bell_says(admin, "Messages 9", "Disputes 1")
    admin.click("input[name=open]")
    expect(admin.locator(".errorlist")).to_have_text(["The message is blank: write something."])
    admin.fill("#id_dispute-reason", "Carla called: nobody came.")
    admin.click("input[name=open]")
    expect(admin.locator(".dispute-note")).to_have_text(
        re.compile(r"^Dispute opened on .* by Sven Holm \(Nordwind Market\)$")
    )
    bell_says(admin, "Messages 9", "Disputes 2")
    admin.screenshot(path=SCREENSHOTS / "admin_thread.png", full_page=True)
    admin.click("text=Close dispute")
    admin.click("input[value='Close dispute']")
    expect(admin.locator(".message")).to_have_count(6)
    expect(admin.locator(".dispute-note")).to_have_count(0)
    bell_says(admin, "Messages 9", "Disputes 1")


def test_all_threads_are_marked_by_two_clicks(admin: Page) -> None:
    admin.click(".header-link >> nth=0")
    admin.click("text=Clear all filters")
    for action, told in (("mark_read", "Messages"), ("mark_unread", "Messages 11")):
        admin.check("#action-toggle")
        admin.select_option("select[name=action]", action)
        admin.click("button[name=index]")
        bell_says(admin, told, "Disputes 1")
    admin.screenshot(path=SCREENSHOTS / "admin_threads.png", full_page=True)
