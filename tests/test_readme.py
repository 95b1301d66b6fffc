"""The README says what is true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from discord import app_commands

from bot.client import EXTENSIONS, RecapClient
from bot.directory import ShowDirectory
from bot.store.database import migrate
from bot.store.store import open_store
from tests.store.worlds import NOW

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def section(name: str) -> str:
    """What stands between the marks of this name."""
    _, found, rest = README.partition(f"<!-- {name} -->\n")
    assert found, f"the README has no section {name}"
    return rest.partition(f"<!-- /{name} -->")[0]


def commands_of(tree: app_commands.CommandTree[Any]) -> Iterator[app_commands.Command[Any, ..., Any]]:
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command


def is_for_admins(command: app_commands.Command[Any, ..., Any]) -> bool:
    permissions = (command.root_parent or command).default_permissions
    return permissions is not None and permissions.manage_guild


def row(command: app_commands.Command[Any, ..., Any]) -> str:
    options = " ".join(f"`{each.name}`" + ("" if each.required else "?") for each in command.parameters)
    who = "admins" if is_for_admins(command) else "everybody"
    return f"| `/{command.qualified_name}` | {options} | {who} | {command.description} |"


async def test_the_commands_of_the_readme_are_those_of_the_bot(tmp_path: Path) -> None:
    migrate(tmp_path / "previously.db")
    async with (
        open_store(f"sqlite+aiosqlite:///{tmp_path / 'previously.db'}") as store,
        RecapClient(store, ShowDirectory(store, {}), lambda: NOW) as client,
    ):
        for extension in EXTENSIONS:
            await client.load_extension(extension)
        found = sorted(commands_of(client.tree), key=lambda command: (is_for_admins(command), command.qualified_name))
        table = ["| command | options | for | what it does |", "|---|---|---|---|", *map(row, found)]

    assert section("commands").strip().splitlines() == table
