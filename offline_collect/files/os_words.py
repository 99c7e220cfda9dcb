"""What the operating system says of a file that cannot be opened or written, in words that can be translated."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping

from offline_collect.domain.texts.phrases import Phrase

_WORDS: Mapping[int, Phrase] = {
    errno.ENOENT: Phrase("no such file or directory"),
    errno.EACCES: Phrase("permission denied"),
    errno.EPERM: Phrase("operation not permitted"),
    errno.ENOTDIR: Phrase("not a directory"),
    errno.EISDIR: Phrase("is a directory"),
    errno.ENAMETOOLONG: Phrase("file name too long"),
    errno.ENOSPC: Phrase("no space left on device"),
    errno.EROFS: Phrase("read-only file system"),
    errno.EIO: Phrase("input/output error"),
    errno.EBUSY: Phrase("device or resource busy"),
    errno.EDQUOT: Phrase("disk quota exceeded"),
}


def os_words(error: OSError | ValueError) -> Phrase:
    """Return the reason of an error; one that is not known here is given as the system says it."""
    number = (error.errno if isinstance(error, OSError) else None) or 0
    if number in _WORDS:
        return _WORDS[number]
    return Phrase("{reason}", reason=os.strerror(number).lower() if number else str(error))
