"""The settings of links' keys and MACs."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from offline_collect.app.config.types import SchemaName
from offline_collect.merchant.common.yaml_documents import Document


class Pkcs11Settings(Document):
    """The place of a master key in a hardware security module."""

    module: str = Field(
        min_length=1,
        description="the PKCS#11 library of the module's maker, such as `/usr/lib/softhsm/libsofthsm2.so`",
    )
    token: str = Field(min_length=1, max_length=32, description="label of the token in the module")
    label: str = Field(min_length=1, max_length=60, description="label of the master key in the token")
    pin_file: str | None = Field(
        default=None,
        min_length=1,
        description="file of the token's user PIN, readable only by its owner (0600); null means that the variable"
        " `OFFLINE_COLLECT_PKCS11_PIN` holds the PIN",
    )


class MasterKeySettings(Document):
    """The place of a master key: a file, or a hardware security module."""

    master_key_file: str | None = Field(
        default=None,
        min_length=1,
        description="file of the master key, made by `keys init`, readable only by its owner (0600); null means that the"
        " variable `OFFLINE_COLLECT_MASTER_KEY` holds the key as 64 hex digits",
    )
    pkcs11: Pkcs11Settings | None = Field(
        default=None,
        description="the master key is in a hardware security module, made there by `keys init`, and never leaves it;"
        " needs the extra `pkcs11`",
    )

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Self:
        if self.master_key_file is not None and self.pkcs11 is not None:
            raise ValueError("a master key is in a file or in a module: remove master_key_file or pkcs11")
        return self


class NextMasterKeySettings(MasterKeySettings):
    """The place of the next master key."""

    master_key_file: str | None = Field(
        default=None, min_length=1, description="file of the next master key, made by `keys init --next`"
    )
    pkcs11: Pkcs11Settings | None = Field(
        default=None, description="the next master key is in a hardware security module"
    )

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.master_key_file is None and self.pkcs11 is None:
            raise ValueError("the next master key has no place: set master_key_file or pkcs11")
        return self


class KeySettings(MasterKeySettings):
    """The master key, the next one while it is changed, and the overlap of working keys."""

    next: NextMasterKeySettings | None = Field(
        default=None,
        description="the next master key, while `keys rewrap` changes it: stored keys are read under both; null while"
        " no change is planned",
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
    kek: Literal["aes", "des", "sm4"] = Field(
        default="aes",
        description="the cipher of the link's key-encrypting key, which people enter: `aes`, `des` (triple DES, 32 or 48"
        " hex digits) or `sm4`; key blocks are TR-31 of version D under `aes` and of version B under `des`",
    )
    padding: Literal["zero", "80-00"] | None = Field(
        default=None, description="`zero` or `80-00`, instead of the dialect's; null means the dialect's"
    )

    @model_validator(mode="before")
    @classmethod
    def _an_algorithm_alone(cls, values: object) -> object:
        return {"algorithm": values} if isinstance(values, str) else values
