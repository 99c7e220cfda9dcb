"""The subcommands of `offline-collect`. They import the rooms when they run: `--help` must be quick."""
