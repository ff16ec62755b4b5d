"""Everybody is written to in their own language, and every language has every text."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from shop.models import User
from tests import catalogues
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import told
from tests.messaging.notifications.test_letters import unsubscribe_path

LANGUAGES = sorted(catalogues.LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_text_and_no_other_and_none_is_empty_or_uncertain(language: str) -> None:
    found = catalogues.read(language)
    assert sorted(found) == sorted(catalogues.said())
    assert [text.singular for text, forms in found.items() if not all(forms)] == []
    assert "fuzzy" not in catalogues.po_of(language).read_text()
    for text, forms in found.items():
        for form in forms:
            assert set(re.findall(r"%\(\w+\)s", form)) == set(re.findall(r"%\(\w+\)s", text.singular)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_written_and_compiled_as_make_catalogues_would(language: str) -> None:
    file = catalogues.po_of(language)
    assert file.read_text() == catalogues.written(language), "Run `make catalogues`."
    assert file.with_suffix(".mo").read_bytes() == catalogues.compiled(language), "Run `make catalogues`."


@pytest.mark.parametrize("language", LANGUAGES)
def test_django_finds_each_text_in_each_language(language: str) -> None:
    with translation.override(language):
        for text, forms in catalogues.read(language).items():
            if text.plural:
                assert translation.ngettext(text.singular, text.plural, 1) == forms[0]
                assert translation.ngettext(text.singular, text.plural, 5) == forms[1]
            else:
                assert translation.gettext(text.singular) == forms[0]


#: Language → subject, first line and link text of an e-mail about a message; first line about a dispute opened, closed.
WORDS = {
    "en": ("Order #{}", "Oakline has written:", "Read and answer:", "has opened a dispute:", "has closed the dispute."),
    "de": ("Bestellung {}", "Oakline hat geschrieben:", "Lesen und antworten:", "Streitfall eröffnet:", "hat den Streitfall geschlossen."),
    "es": ("Pedido n.º {}", "Oakline ha escrito:", "Leer y responder:", "ha abierto una disputa:", "ha cerrado la disputa."),
    "fr": ("Commande n° {}", "Oakline a écrit\u00a0:", "Lire et répondre\u00a0:", "a ouvert un litige\u00a0:", "a clos le litige."),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", sorted(WORDS))
def test_an_e_mail_is_in_the_language_of_whoever_gets_it(market: Market, postbox: Postbox, language: str) -> None:
    subject, wrote, link, opened, closed = WORDS[language]
    User.objects.filter(pk=market.carla.pk).update(language=language)
    order = market.order()
    thread_id = market.asked(order)
    others = told(postbox)
    assert all("has written:" in mail.text for mail in others.values())
    asks.sent(market.anna, thread_id, "Hello")
    mail = told(postbox)[market.carla.email]
    assert mail.subject == f"{subject.format(order.number)} – Nordwind Market"
    assert f"{wrote}\n\n> Hello\n" in mail.text
    assert link in mail.text
    assert wrote in mail.html
    assert f'<html lang="{language}">' in mail.html
    dispute = m.opened(market.otto, thread=thread_id)
    assert opened in told(postbox)[market.carla.email].text
    m.close_dispute(market.otto, dispute)
    mail = told(postbox)[market.carla.email]
    assert closed in mail.text
    page = Client().get(unsubscribe_path(mail)).content.decode()
    assert f'<html lang="{language}">' in page
    assert translation.get_language() == "en"


@pytest.mark.django_db
def test_guests_and_the_department_are_written_to_in_the_language_of_the_shop(
    market: Market, postbox: Postbox, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "de"
    thread_id = market.asked(market.guests_order())
    mails = told(postbox)
    assert "Gast hat geschrieben:" in mails[market.anna.email].text  # who has chosen none
    asks.sent(market.anna, thread_id)
    assert "Oakline hat geschrieben:" in told(postbox)["guest@example.com"].text


@pytest.mark.django_db
def test_a_shop_has_templates_of_its_own(market: Market, postbox: Postbox, settings: Any, tmp_path: Any) -> None:
    folder = tmp_path / "messaging" / "mail"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Our own: {{ first.subject|safe }}\n\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    order = market.order()
    market.asked(order)
    mail = told(postbox)[market.anna.email]
    assert mail.subject == f"Our own: Order #{order.number}"
    assert "has written:" in mail.text
