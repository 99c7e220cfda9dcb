"""Certificates: reads them from PEM files, and finds the institutions that a peer's certificate identifies."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import NameOID

from offline_collect.server.errors import CertificateError

FINGERPRINT = "sha256:"
"""The start of a certificate's name by fingerprint; 64 hexadecimal digits follow."""

OTHERS = 0o007
"""The permission bits of a file for users who are neither its owner nor in its group."""


def read_certificates(file: str, place: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM file, in order.

    Args:
        file: the file's name in the configuration.
        place: the setting with the name: ``fep-1: tls.certificate``.

    Raises:
        CertificateError: the file does not exist, or contains no certificate.
    """
    try:
        return x509.load_pem_x509_certificates(_content(file, place))
    except ValueError:
        raise CertificateError(f"{place}: {file}: contains no certificate in PEM form") from None


def read_public_key(file: str, place: str) -> bytes:
    """Return the public key of a private key, to compare it with the certificate.

    Raises:
        CertificateError: the file does not exist, other users may read it, it has no key, or needs a password.
    """
    content = _content(file, place)
    if Path(file).stat().st_mode & OTHERS:
        raise CertificateError(f"{place}: {file}: every user of this machine may read it: chmod o= {file}")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except TypeError:
        raise CertificateError(f"{place}: {file}: is encrypted: give a key without a password") from None
    except ValueError:
        raise CertificateError(f"{place}: {file}: contains no private key in PEM form") from None
    return public_bytes(key.public_key())


def public_bytes(key: PublicKeyTypes) -> bytes:
    """Return a public key as bytes that can be compared."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _content(file: str, place: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CertificateError(f"{place}: {file}: {error.strerror}") from None


def names_of(certificate: x509.Certificate) -> frozenset[str]:
    """Return the names by which a configuration may identify a certificate.

    They are its subject's common names and its DNS names, in lower case, and ``sha256:`` with its fingerprint.
    """
    common = [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    fingerprint = FINGERPRINT + certificate.fingerprint(hashes.SHA256()).hex()
    return frozenset(name.lower() for name in [*common, *_dns_names(certificate), fingerprint])


def comparable(name: str) -> str:
    """Return a certificate's name in the form for comparison: lower case; fingerprints without OpenSSL's colons."""
    name = name.lower()
    return (
        FINGERPRINT + name.removeprefix(FINGERPRINT).replace(":", "")
        if name.startswith(FINGERPRINT)
        else name
    )


def _dns_names(certificate: x509.Certificate) -> Sequence[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return names.get_values_for_type(x509.DNSName)


def institutions_of(certificate: x509.Certificate, clients: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the institutions that a peer with this certificate may speak for.

    Args:
        clients: by institution, the names of its certificates in lower case.
    """
    names = names_of(certificate)
    return frozenset(institution for institution, known in clients.items() if known & names)


def is_address(host: str) -> bool:
    """Whether a host is given by its IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def names_host(certificate: x509.Certificate, host: str) -> bool:
    """Whether a certificate is for a host: by its address, or by its DNS name without wildcards."""
    if not is_address(host):
        return host.lower() in {name.lower() for name in _dns_names(certificate)}
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)


def expires_first(certificates: Sequence[x509.Certificate]) -> dt.datetime:
    """Return when the first of some certificates expires."""
    return min(each.not_valid_after_utc for each in certificates)
