"""``python -m offline_collect`` is the command ``offline-collect``."""

from offline_collect.app.cli.main import main

if __name__ == "__main__":
    main()
