"""The ways on which messages leave the platform, each an adapter of :class:`.port.NoticePort`."""
