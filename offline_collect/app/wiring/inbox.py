"""The inbox of the configured folders, and who takes the files of each layout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from offline_collect.app.config.load import Configuration
from offline_collect.app.errors import ConfigurationError
from offline_collect.domain.file_arrival import Completion
from offline_collect.settlement.incoming_files import Folders, Inbox, Taker


def open_inbox(configuration: Configuration, takers: Mapping[str, Taker]) -> Inbox:
    """Return the inbox.

    Args:
        takers: by the name of their layout.

    Raises:
        ConfigurationError: there are no folders.
    """
    files = configuration.settings.files
    if files is None:
        raise ConfigurationError(
            f"{configuration.file}: files: names no folders; set files.inbox, files.outbox, files.taken and files.refused"
        )
    folders = Folders(
        inbox=Path(files.inbox),
        taken=Path(files.taken),
        refused=Path(files.refused),
        completion=Completion(files.completion),
        rest=dt.timedelta(seconds=files.rest_s),
    )
    return Inbox(folders, configuration.schemas().fixed_layouts(), takers)
