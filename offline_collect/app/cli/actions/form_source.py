"""The form that a command names: a merchant's version, the current one, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import UsageError
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.forms.definition import read_form

UNPUBLISHED = 1
"""The version number for a form in a file; it is never shown."""


@dataclass(frozen=True, slots=True)
class FormSource:
    """The source of a form: a file, or a merchant's published form.

    Attributes:
        version: of the published form; None for the current one.
    """

    merchant: str | None
    file: Path | None
    version: int | None = None

    def __post_init__(self) -> None:
        if self.merchant is None and self.file is None:
            raise UsageError(Phrase("name a MERCHANT, or a form.yaml with --file"))
        if self.file is not None and self.version is not None:
            raise UsageError(Phrase("--version is of a published form: leave it out, or --file"))

    def unpublished(self) -> PaymentForm | None:
        """Return the form of the file; None for a published form.

        Raises:
            DocumentError, YamlError: the file is not a form; names the place and the reason.
        """
        return None if self.file is None else file_form(self.file)

    def name(self, form: PaymentForm) -> Phrase:
        """Return its name for people."""
        if self.file is not None:
            return Phrase("{path}", path=str(self.file))
        return Phrase(
            "{merchant_id}, version {version}", merchant_id=self.merchant or "", version=form.version
        )


def file_form(file: Path) -> PaymentForm:
    """Return the form that a form.yaml describes.

    Raises:
        DocumentError, YamlError: it is not a form; names the place and the reason.
    """
    return read_form(read_yaml(file), str(file), UNPUBLISHED)
