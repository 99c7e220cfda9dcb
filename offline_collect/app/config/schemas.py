"""Schemas: dialects, the message set and file layouts, read from YAML and compiled.

A configured folder takes precedence over a checkout's ``schemas/``, and that over the copy in the package.
Each file is searched separately, so that a folder with only one partner's dialect is enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from offline_collect.app.config.paths import data_folders
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import SchemaFileError
from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.return_codes import ReturnCodes
from offline_collect.domain.notices.replies import ReplyWords
from offline_collect.domain.settlement.results import PayoutCodes
from offline_collect.domain.texts.near import did_you_mean
from offline_collect.files.fixed_width.layout import FixedLayout, compile_fixed_layout
from offline_collect.files.iso20022.reason_codes import compile_reason_codes
from offline_collect.merchant.forms.patterns import FormPattern, read_patterns
from offline_collect.notify.rendering import Templates
from offline_collect.notify.reply_file import compile_replies
from offline_collect.notify.template_file import compile_templates
from offline_collect.settlement.debit.return_code_file import check_reasons, compile_return_codes
from offline_collect.settlement.payouts.return_code_file import compile_payout_codes
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.dialects.inheritance import Layer, in_its_file, layers
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message_set.file import compile_messages
from offline_collect.wire.messages.message_set.types import MessageSet

if TYPE_CHECKING:
    from offline_collect.notify.gateway.format import GatewayFormat

OWN_DIALECTS = ("ascii", "bcd")
"""Dialects that say all that the platform can say."""

FIXED_LAYOUTS = ("debit-out", "debit-result", "debit-return", "fep-detail", "settle-out", "settle-result")
"""Layouts of fixed-width files, in `schemas/files`."""


class Schemas:
    """Finds and compiles schemas; each dialect once, as many links may speak it."""

    def __init__(self, folder: str | None = None) -> None:
        """Take schemas from ``folder`` first, if it is given."""
        own = () if folder is None else (Path(folder),)
        self._folders = own + data_folders("schemas")
        self._compiled: dict[str, Dialect] = {}
        self._contents: dict[str, tuple[Any, str]] = {}

    def path(self, name: str) -> Path:
        """Return the file of a schema such as ``dialects/ascii``.

        Raises:
            SchemaFileError: no folder has it.
        """
        for folder in self._folders:
            if (path := folder / f"{name}.yaml").is_file():
                return path
        places = ", ".join(str(folder) for folder in self._folders)
        raise SchemaFileError(f"no schema {name}.yaml in {places}")

    def read(self, name: str) -> tuple[Any, str]:
        """Return the content of a schema's file, and the file's name."""
        path = self.path(name)
        return read_yaml(path, aliases=True), str(path)

    def dialect_names(self) -> list[str]:
        """Return the names of all dialects."""
        return sorted({path.stem for folder in self._folders for path in folder.glob("dialects/*.yaml")})

    def dialect(self, name: str) -> Dialect:
        """Return a dialect, compiled. A file that changes after the first call is not read again.

        Raises:
            SchemaFileError: there is no such dialect, or the file has another dialect's name in it.
            SchemaError, YamlError: it is invalid; names the place.
        """
        if name not in self._compiled:
            self._compiled[name] = self._dialect(name)
        return self._compiled[name]

    def named_dialect(self, name: str) -> Dialect:
        """Return the dialect that a user names: one of these, or the path of a YAML file, which may be anywhere.

        Raises:
            SchemaFileError, SchemaError, YamlError: as :meth:`dialect` does.
        """
        if not name.endswith((".yaml", ".yml")):
            return self.dialect(name)
        values, file = read_yaml(Path(name), aliases=True), name
        return self.compiled(values, file)

    def _dialect(self, name: str) -> Dialect:
        if name not in self.dialect_names():
            known = self.dialect_names()
            raise SchemaFileError(
                f"no dialect {name}: there are {', '.join(known)}{did_you_mean(name, known)}"
            )
        values, file = self.read(f"dialects/{name}")
        dialect = self.compiled(values, file)
        # The compiler goes before the grammar: it says better what is wrong. Importing the grammar's library takes 80 ms.
        from offline_collect.app.config.dialect_grammar import check_grammar  # noqa: PLC0415

        check_grammar(values, file)
        if dialect.name != name:
            raise SchemaFileError(f"{file}: name: is {dialect.name}, but the file is named {name}.yaml")
        return dialect

    def compiled(self, values: object, file: str) -> Dialect:
        """Return the dialect of a mapping; those that it is like are found here.

        Raises:
            SchemaError: it is invalid; names the file in which the mistake is.
        """
        try:
            return compile_dialect(values, file, self.other_dialect)
        except SchemaError as error:
            raise in_its_file(error, self.layers(values, file)) from None

    def layers(self, values: object, file: str) -> list[Layer]:
        """Return what each file says of a dialect, its own first.

        Raises:
            SchemaError: `like` names no dialect, or leads back to where it came from.
        """
        return layers(values, file, self.other_dialect)

    def other_dialect(self, name: str) -> tuple[Any, str]:
        """What the file of a dialect holds that another is like."""
        if name not in self.dialect_names():
            raise LookupError(f"no dialect {name}: there are {', '.join(self.dialect_names())}")
        if name not in self._contents:
            self._contents[name] = self.read(f"dialects/{name}")
        return self._contents[name]

    def dialects(self) -> dict[str, Dialect]:
        """Return every dialect by its name."""
        return {name: self.dialect(name) for name in self.dialect_names()}

    def fixed_layouts(self) -> dict[str, FixedLayout]:
        """Return every layout of fixed-width files by its name, compiled.

        Raises:
            SchemaFileError: a file has another layout's name in it.
            YamlError, LayoutError: one is invalid; names the place.
        """
        return {name: self._fixed_layout(name) for name in FIXED_LAYOUTS}

    def _fixed_layout(self, name: str) -> FixedLayout:
        values, file = self.read(f"files/{name}")
        layout = compile_fixed_layout(values, file)
        if layout.name != name:
            raise SchemaFileError(f"{file}: name: is {layout.name}, but the file is named {name}.yaml")
        return layout

    def return_codes(self) -> ReturnCodes:
        """Return the bank's return codes of debits, compiled.

        Raises:
            SchemaFileError, YamlError, LayoutError: they are missing or invalid.
        """
        return compile_return_codes(*self.read("return-codes"))

    def payout_codes(self) -> PayoutCodes:
        """Return the bank's return codes of payouts, compiled.

        Raises:
            SchemaFileError, YamlError, LayoutError: they are missing or invalid.
        """
        return compile_payout_codes(*self.read("payout-return-codes"))

    def notice_templates(self, language: str, *, with_url: bool = True) -> Templates:
        """Return the words of notices in a language, the shipped ones where the bank's file has none.

        Args:
            language: ``zh`` or ``en``.
            with_url: whether the bank has set a link to the payer's app.

        Raises:
            SchemaFileError, YamlError, LayoutError: they are missing or invalid.
        """
        shipped, shipped_file = Schemas().read("notices")
        values, file = self.read("notices")
        return compile_templates(shipped, language, shipped_file) | compile_templates(
            values, language, file, with_url=with_url
        )

    def gateway(self, name: str) -> GatewayFormat:
        """Return the format of an SMS gateway, compiled.

        Raises:
            SchemaFileError: there is none of this name, or the file has another one in it.
            YamlError, LayoutError: it is invalid; names the place.
        """
        # Only a sender of SMS needs it.
        from offline_collect.notify.gateway.format import compile_gateway  # noqa: PLC0415

        values, file = self.read(f"gateways/{name}")
        found = compile_gateway(values, file)
        if found.name != name:
            raise SchemaFileError(f"{file}: name: is {found.name}, but the file is named {name}.yaml")
        return found

    def reply_words(self) -> ReplyWords:
        """Return the answers of payers that mean something.

        Raises:
            SchemaFileError, YamlError, LayoutError: they are missing or invalid.
        """
        values, file = self.read("replies")
        return compile_replies(values, file)

    def form_patterns(self) -> tuple[FormPattern, ...]:
        """Return the forms that a merchant's first form can begin with.

        Raises:
            SchemaFileError, YamlError, DocumentError: they are missing or invalid.
        """
        return read_patterns(*self.read("form-patterns"))

    def reason_codes(self) -> ReasonCodes:
        """Return the bank's reasons of ISO 20022, in its return codes, compiled.

        Raises:
            SchemaFileError, YamlError, LayoutError: they or the return codes are missing or invalid, or do not fit.
        """
        values, file = self.read("iso-reason-codes")
        reasons = compile_reason_codes(values, file)
        check_reasons(reasons, self.return_codes(), file)
        return reasons

    def message_set(self) -> MessageSet:
        """Return the message set, compiled.

        Raises:
            SchemaFileError, YamlError, SchemaError: it is missing or invalid.
        """
        return compile_messages(*self.read("messages"))
