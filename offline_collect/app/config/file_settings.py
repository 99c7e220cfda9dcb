"""The settings of the folders in which files are exchanged with banks and front-end processors (docs/day-end.md)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from offline_collect.merchant.common.yaml_documents import Document


class FileExchangeSettings(Document):
    """The folders for `files watch`."""

    inbox: str = Field(min_length=1, description="folder into which others put files for the platform")
    outbox: str = Field(
        min_length=1,
        description="folder for files that go out, if a command such as `debit export` names no other",
    )
    taken: str = Field(min_length=1, description="folder to which files go that were taken")
    refused: str = Field(
        min_length=1, description="folder to which refused files go, with the reason beside them"
    )
    completion: Literal["rename", "done", "rest"] = Field(
        default="rest",
        description="when a file is whole: `rename`: at once, as senders write under another name and rename; `done`: when"
        " a file with its name and `.done` behind is there; `rest`: when nobody has changed it for `rest_s`",
    )
    rest_s: int = Field(
        default=30, ge=1, le=3600, description="how long a file must be unchanged, with `completion: rest`"
    )
    every_s: int = Field(
        default=10, ge=1, le=3600, description="how often `files watch` looks into the inbox"
    )

    @model_validator(mode="after")
    def _folders_differ(self) -> Self:
        named: dict[str, str] = {}
        for name in ("inbox", "outbox", "taken", "refused"):
            folder = getattr(self, name).rstrip("/")
            if folder in named:
                raise ValueError(f"{name}: is the folder of {named[folder]} too: each has its own")
            named[folder] = name
        return self
