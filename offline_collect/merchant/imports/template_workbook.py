"""The workbook that a merchant fills in, with its own labels, examples and choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.currencies import CURRENCIES, Currency
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.write.sheet import Kind
from offline_collect.files.write.template import Template, TemplateColumn
from offline_collect.merchant.common.own_language import own_languages
from offline_collect.merchant.common.target import LayoutSource, target_for
from offline_collect.store import SqlStore
from offline_collect.translations import Languages, catalogue, said

YES_NO = ("是", "否")

_KINDS = {"amount": Kind.MONEY, "date": Kind.DATE}
"""The other columns are texts that Excel must not turn into numbers or dates: 00123, 3-2, 2026-11."""


def template_of(
    store: SqlStore,
    merchant_id: str,
    layout: LayoutSource,
    actor: Actor,
    languages: Languages | None = None,
) -> Template:
    """Return the template of a merchant's file, for its current form.

    Args:
        store: holds the merchant.
        merchant_id: whose file it is.
        layout: content of the layout's schema file, and that file's name.
        actor: the user who requests it.
        languages: of its explanations; None for the merchant's own.

    Raises:
        NotPermittedError: the actor may not see the merchant.
        NotFoundError: no merchant has this id.
        NoFormError: it has no form yet, whose inputs the file must have.
        LayoutError: the layout cannot work.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        target = target_for(reading, merchant_id, layout)
    languages = languages or own_languages(target.merchant)
    return make_template(target.merchant, target.form, target.layout, languages)


def make_template(merchant: Merchant, form: PaymentForm, layout: Layout, languages: Languages) -> Template:
    """Return the template of a merchant's file.

    Args:
        merchant: whose file it is.
        form: its current form.
        layout: of customers or of bills, compiled for this form.
        languages: of its explanations.
    """
    columns = _Columns(form, layout, languages)
    return Template(
        title=layout.title,
        columns=[*columns.merged(), *columns.shown()],
        help_title=said(Phrase("Help"), languages),
        help_headings=(
            said(Phrase("Column"), languages),
            said(Phrase("Required"), languages),
            said(Phrase("What to write"), languages),
            said(Phrase("Example"), languages),
        ),
        choices_title=said(Phrase("Choices"), languages),
        help_notes=_notes(merchant, form, layout, languages),
        currency=merchant.currency,
    )


def _notes(merchant: Merchant, form: PaymentForm, layout: Layout, languages: Languages) -> list[str]:
    fill_in = Phrase(
        "Fill in the first sheet, {title}, a row each, and leave its heading as it is;"
        " columns with * are required.",
        title=layout.title,
    )
    notes = [
        f"{merchant.name}（{merchant.merchant_id}）{layout.title}",
        *(fill_in.said(catalogue(language)) for language in languages),
    ]
    ways = _ways(form, layout)
    if len(ways) > 1:
        enough = Phrase("one of these is enough")
        notes.append(f"{said(enough, languages, ' · ')}: {' / '.join(ways)}")
    return notes


def _ways(form: PaymentForm, layout: Layout) -> list[str]:
    """Return the ways in which a row may name its customer, each by its columns' labels."""
    ways = [" + ".join(asked.label for asked in inputs) for inputs in form.alternatives]
    return ways + [column.label for column in layout.columns if column.key == layout.stands_for_inputs]


class _Columns:
    """The columns of a template, with what each explains."""

    def __init__(self, form: PaymentForm, layout: Layout, languages: Languages) -> None:
        self._form = form
        self._layout = layout
        self._languages = languages
        self._needed = _needed(form, layout)

    def merged(self) -> Iterator[TemplateColumn]:
        """Yield the layout's columns, with the form's inputs after the first required ones."""
        form, layout = self._form, self._layout
        head = next(
            (at for at, column in enumerate(layout.columns) if not column.required), len(layout.columns)
        )
        asked_by_name = {plain_title(asked.label): asked for asked in form.inputs}
        # A form may ask for one of our columns, such as 姓名: then one column serves as both.
        shared = {
            column.key: asked_by_name[name]
            for column in layout.columns
            for name in (plain_title(column.label), plain_title(column.key))
            if name in asked_by_name
        }
        own = [asked for asked in form.inputs if asked not in shared.values()]
        for column in layout.columns[:head]:
            yield self._column(column, shared.get(column.key))
        yield from (self._input_column(asked) for asked in own)
        for column in layout.columns[head:]:
            yield self._column(column, shared.get(column.key))

    def shown(self) -> Iterator[TemplateColumn]:
        """Yield the merchant's extra columns that its form shows to payers."""
        form, layout = self._form, self._layout
        if layout.extras is None:
            return
        known = {
            plain_title(name)
            for column in (*layout.columns, *layout.inputs)
            for name in (column.key, column.label)
        }
        titles: Sequence[str] = [title for title in form.show if plain_title(title) not in known]
        for title in dict.fromkeys(titles):
            most = layout.extras.value_most
            told = said(
                Phrase("shown to payers, at most {most} characters", most=most), self._languages, " · "
            )
            yield TemplateColumn(title, Kind.IDENTIFIER, False, self._need(False, False), told, most=most)

    def _column(self, column: Column, asked: Input | None) -> TemplateColumn:
        """Return a column of the layout; ``asked`` is the input that it also stands for."""
        is_required = column.required or (asked is not None and asked.key in self._needed)
        is_way = asked is not None or column.key == self._layout.stands_for_inputs
        currency = CURRENCIES[self._layout.currency]
        example = column.example
        if column.type == "amount" and not currency.decimals:
            example = example.partition(".")[0]
        return TemplateColumn(
            label=column.label if asked is None else asked.label,
            kind=_KINDS.get(column.type, Kind.IDENTIFIER),
            required=is_required,
            need=self._need(is_required, is_way),
            help=said(_help(column, currency), self._languages, " · "),
            example=example if asked is None else asked.example or example,
            most=column.most,
            choices=YES_NO if column.type == "yes_no" else (),
        )

    def _input_column(self, asked: Input) -> TemplateColumn:
        column = next(column for column in self._layout.inputs if column.key == asked.key)
        return TemplateColumn(
            label=asked.label,
            kind=Kind.IDENTIFIER,
            required=asked.key in self._needed,
            need=self._need(asked.key in self._needed, asked.required or asked.group is not None),
            help=asked.prompt,
            example=_choice_word(asked, asked.example or ""),
            most=column.most,
            choices=_choices(asked),
        )

    def _need(self, is_required: bool, is_way: bool) -> str:
        """Return the help on whether a column must be filled in; a way is one of several to name a customer."""
        # translators: whether a column must be filled in: yes, one of several sets of columns, or no
        need = Phrase("yes") if is_required else Phrase("one set") if is_way else Phrase("no")
        return said(need, self._languages)


def _needed(form: PaymentForm, layout: Layout) -> set[str]:
    """Return the inputs that every row must have."""
    if layout.stands_for_inputs is not None:
        return set()
    return set.intersection(*({asked.key for asked in inputs} for inputs in form.alternatives))


def _help(column: Column, currency: Currency) -> Phrase:
    """Return what to write into a column of the layout."""
    match column.type:
        case "identifier" if column.any_script:
            return Phrase("letters, digits, signs and Chinese characters, at most {most}", most=column.most)
        case "identifier":
            return Phrase("letters, digits and signs, at most {most}", most=column.most)
        case "text":
            return Phrase("text, at most {most} characters", most=column.most)
        case "period":
            return Phrase("a period, at most {most} characters", most=column.most)
        case "amount":
            return Phrase(
                "an amount in {code}, more than zero, at most {decimals} decimals",
                code=currency.code,
                decimals=currency.decimals,
            )
        case "date":
            return Phrase("a date")
    assert column.type == "yes_no", f"no help for {column.type}"
    return Phrase("yes or no")


def _choices(asked: Input) -> tuple[str, ...]:
    """Return the choices, by label if unambiguous, else by code; imports read both."""
    return tuple(_choice_word(asked, code) for code in asked.choices)


def _choice_word(asked: Input, code: str) -> str:
    codes, labels = asked.choices, list(asked.choices.values())
    is_clear = len(set(labels)) == len(labels) and not any(
        codes.get(label, label) != label for label in labels
    )
    return codes.get(code, code) if is_clear else code
