"""The subcommands of `offline-collect`. They import other code only when they run: `--help` must be quick."""
