"""The settings of links' keys and MACs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from offline_collect.app.config.types import SchemaName
from offline_collect.merchant.common.yaml_documents import Document


class KeySettings(Document):
    """What the keys of links are kept by."""

    master_key_file: str | None = Field(
        default=None,
        min_length=1,
        description="file of the master key, its owner's alone (0600), that `keys init` makes; null: the variable"
        " `OFFLINE_COLLECT_MASTER_KEY` holds it, as 64 hex digits",
    )
    overlap_minutes: int = Field(
        default=60,
        ge=0,
        le=10_080,
        description="how long MACs of a former working key are right after the next one was used",
    )


class MacSettings(Document):
    """How messages of a link are authenticated."""

    algorithm: Literal["none", "aes-cmac", "x9.9", "x9.19", "sm4-cbc-mac", "cup-xor-ecb"] = Field(
        default="none", description="what makes the MAC of each message; none asks for no MAC"
    )
    key: SchemaName | None = Field(
        default=None,
        description="name that its keys are kept under, for links that share keys; null: the link's",
    )
    padding: Literal["zero", "80-00"] | None = Field(
        default=None, description="`zero` or `80-00`, instead of the dialect's; null: the dialect's"
    )

    @model_validator(mode="before")
    @classmethod
    def _an_algorithm_alone(cls, values: object) -> object:
        return {"algorithm": values} if isinstance(values, str) else values
