"""Commands that are imported only when they are used."""

from typer.main import get_command

from offline_collect.app.cli.main import app
from offline_collect.app.cli.support.lazy import LazyGroup


def _listed(group, path=()):
    """Yield each command of a lazy group: its path, its line in the list, its own help."""
    for name in group.commands:
        command = group.get_command(None, name)
        if isinstance(group, LazyGroup):
            yield (*path, name), group.later[name].help, command.help
        if hasattr(command, "commands"):
            yield from _listed(command, (*path, name))


def test_a_list_of_commands_says_what_the_commands_say_of_themselves():
    told = list(_listed(get_command(app)))
    assert ("bills", "settle-outside") in [path for path, _, _ in told]
    for path, listed, own in told:
        assert listed == own.partition("\n\n")[0].replace("\n", " "), path
