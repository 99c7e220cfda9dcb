"""A file with a password for a command."""


def put_password(folder, text="several plain words\n", mode=0o600):
    """Write a file that only its owner can read; return its name in the folder."""
    file = folder / "password"
    file.touch(mode=mode)
    file.chmod(mode)
    file.write_text(text, encoding="utf-8")
    return file.name
