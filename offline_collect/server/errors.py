"""Errors that prevent the server from listening.

The tree::

    ServerError
      CertificateError
"""

from __future__ import annotations


class ServerError(Exception):
    """Root of the server's errors."""


class CertificateError(ServerError):
    """A link's certificate, key or client certificates cannot be used: names the link, the file and the reason."""
