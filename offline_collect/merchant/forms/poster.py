"""A merchant's poster: what its form asks payers for, in the merchant's words, and how to pay."""

from __future__ import annotations

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.wording import merchant_link
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.write.poster import Poster, PosterInput
from offline_collect.merchant.common.own_language import own_languages
from offline_collect.merchant.forms.view import view_form
from offline_collect.store import SqlStore
from offline_collect.translations import Language, Languages, said

CHOICES_MAX = 12
"""The most choices of an input that a poster names."""


def poster_of(
    store: SqlStore,
    merchant_id: str,
    actor: Actor,
    payer_url: str | None,
    languages: Languages | None = None,
) -> Poster:
    """Return the poster of a merchant's current form.

    Args:
        store: holds the merchant.
        merchant_id: whose poster it is.
        actor: the user who requests it.
        payer_url: the bank's setting of links to its app; None without one.
        languages: of the poster's own words; None for the merchant's own.

    Raises:
        NotPermittedError: the actor may not see the merchant.
        NotFoundError: no merchant has this id.
        NoFormError: it has no form yet.
    """
    seen = view_form(store, merchant_id, actor)
    return make_poster(seen.merchant, seen.form, payer_url, languages or own_languages(seen.merchant))


def make_poster(merchant: Merchant, form: PaymentForm, payer_url: str | None, languages: Languages) -> Poster:
    """Return a poster.

    Args:
        merchant: whose poster it is.
        form: its form.
        payer_url: the bank's setting of links to its app; None without one.
        languages: of the poster's own words.
    """
    link = merchant_link(payer_url, merchant.merchant_id)
    return Poster(
        title=form.title,
        merchant=merchant.name,
        instructions=form.instructions,
        need=said(Phrase("Have this at hand"), languages),
        ways=[[_input(asked) for asked in way] for way in form.alternatives],
        or_else=said(Phrase("or"), languages, " · "),
        example=said(Phrase("for example"), languages),
        how=said(Phrase("How to pay") if link is None else Phrase("Scan and pay"), languages),
        link=link,
        steps=_steps(merchant, form, link, languages),
        chinese=Language.ZH in languages,
    )


def _input(asked: Input) -> PosterInput:
    return PosterInput(
        label=asked.label,
        prompt=None if asked.prompt == asked.label else asked.prompt,
        example=asked.example,
        choices=_choices(asked) if asked.choices else None,
    )


def _choices(asked: Input) -> str:
    labels = list(asked.choices.values())
    return " / ".join(labels[:CHOICES_MAX]) + (" …" if len(labels) > CHOICES_MAX else "")


def _steps(merchant: Merchant, form: PaymentForm, link: str | None, languages: Languages) -> list[str]:
    """Return how to pay: in the bank's app, or at one of its counters."""
    ways = " / ".join(dict.fromkeys(" + ".join(asked.label for asked in way) for way in form.alternatives))
    say_what = Phrase("Give your {inputs}", inputs=ways)
    look = Phrase("Check the name and the amount, pay, and keep the receipt")
    if link is not None:
        steps = [Phrase("Scan the code with your phone"), say_what, look]
    else:
        whom = Phrase(
            "Go to any counter or terminal of the bank and say whom you pay: {merchant}, number {merchant_id}",
            merchant=merchant.name,
            merchant_id=merchant.merchant_id,
        )
        steps = [whom, say_what, look]
    return [said(step, languages, " ") for step in steps]
