"""The settings of links' keys and MACs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from offline_collect.app.config.types import SchemaName
from offline_collect.merchant.common.yaml_documents import Document


class KeySettings(Document):
    """The master key, and the overlap of working keys."""

    master_key_file: str | None = Field(
        default=None,
        min_length=1,
        description="file of the master key, made by `keys init`, readable only by its owner (0600); null means that the"
        " variable `OFFLINE_COLLECT_MASTER_KEY` holds the key as 64 hex digits",
    )
    overlap_minutes: int = Field(
        default=60,
        ge=0,
        le=10_080,
        description="how long MACs of the former working key stay valid after the first use of the next one",
    )


class MacSettings(Document):
    """How messages of a link are authenticated."""

    algorithm: Literal["none", "aes-cmac", "x9.9", "x9.19", "sm4-cbc-mac", "cup-xor-ecb"] = Field(
        default="none", description="the algorithm of the MACs on all messages; `none` means no MACs"
    )
    key: SchemaName | None = Field(
        default=None,
        description="name of the link's keys in the store, for links that share keys; null means the link's name",
    )
    padding: Literal["zero", "80-00"] | None = Field(
        default=None, description="`zero` or `80-00`, instead of the dialect's; null means the dialect's"
    )

    @model_validator(mode="before")
    @classmethod
    def _an_algorithm_alone(cls, values: object) -> object:
        return {"algorithm": values} if isinstance(values, str) else values
