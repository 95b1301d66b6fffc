"""The panel of `/settings`: its menus, switches and forms, all of them alive after a restart."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, Self, TypeVar, cast

import discord
from discord import ui

from bot.recaps.model import ChannelId, RoleId
from bot.recaps.quiet import zone_title
from bot.recaps.spoilers import Markup, plain
from bot.store.guilds import GuildSettings
from bot.texts import N_, SHORT_LIMIT, Text, _, short
from cogs.admin import ForAdmins
from cogs.forms import Form
from cogs.setting_fields import MENU_OF, MENUS, OFF, ON, SWITCH_OF, SWITCHES, Menu, Switch, options_of
from cogs.views import Interaction, answered, heading, small

T = TypeVar("T")

ZONE, TAG = "zone", "tag"
#: Discord's own limit for the name of a tag; the longest name of a time zone has 32 characters.
LONGEST_TAG: Final = 20
LONGEST_ZONE: Final = 40
#: The same for the title of a form and the name of a field.
LONGEST_TITLE: Final = 45
_SECONDARY, _SUCCESS = discord.ButtonStyle.secondary, discord.ButtonStyle.success


class SettingPresses(Protocol):
    """Whoever answers what is pressed in the panel."""

    async def choose(self, interaction: Interaction, menu: Menu[GuildSettings], value: str) -> None: ...

    async def switch(self, interaction: Interaction, switch: Switch, *, on: bool) -> None: ...

    async def notices_to(self, interaction: Interaction, channel: ChannelId | None) -> None: ...

    async def mention(self, interaction: Interaction, role: RoleId | None) -> None: ...

    async def ask(self, interaction: Interaction, what: str) -> None: ...

    async def answer(self, interaction: Interaction, what: str, *, shown: str, typed: str) -> None: ...


class SettingMenu(ForAdmins, ui.DynamicItem[ui.Select[Any]], template=rf"set:(?P<menu>{'|'.join(MENU_OF)})"):
    """The choices of one setting; the present one is chosen."""

    def __init__(self, menu: Menu[GuildSettings], chosen: str | None = None) -> None:
        self.menu = menu
        options = select_options(menu, chosen)
        super().__init__(ui.Select(custom_id=f"set:{menu.name}", options=options, required=True))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(MENU_OF[match["menu"]])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).choose(interaction, self.menu, self.item.values[0]))


class SettingSwitch(
    ForAdmins, ui.DynamicItem[ui.Button[Any]], template=rf"set:(?P<switch>{'|'.join(SWITCH_OF)}):(?P<to>{ON}|{OFF})"
):
    """Turns a setting to what its id says, and not just over: two admins who press it want the same."""

    def __init__(self, switch: Switch, *, on: bool) -> None:
        self.switch = switch
        self.on = on
        is_on = not on
        super().__init__(
            ui.Button(
                label=(switch.on if is_on else switch.off).within(SHORT_LIMIT),
                custom_id=f"set:{switch.name}:{ON if on else OFF}",
                style=_SUCCESS if is_on else _SECONDARY,
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(SWITCH_OF[match["switch"]], on=match["to"] == ON)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).switch(interaction, self.switch, on=self.on))


class NoticeChannel(ForAdmins, ui.DynamicItem[ui.ChannelSelect[Any]], template=r"set:notices"):
    """Where the admins read what goes wrong."""

    def __init__(self, chosen: ChannelId | None = None) -> None:
        super().__init__(
            ui.ChannelSelect(
                custom_id="set:notices",
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                placeholder=short("To whoever subscribed, in a direct message"),
                min_values=0,
                default_values=default_of(chosen, discord.SelectDefaultValueType.channel),
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = only_id(self.item.values)
        channel = None if chosen is None else ChannelId(chosen)
        await answered(interaction, _cog(interaction).notices_to(interaction, channel))


class MentionRole(ForAdmins, ui.DynamicItem[ui.RoleSelect[Any]], template=r"set:role"):
    """Whom posts mention where their subscriptions name nobody."""

    def __init__(self, chosen: RoleId | None = None) -> None:
        super().__init__(
            ui.RoleSelect(
                custom_id="set:role",
                placeholder=short("Nobody"),
                min_values=0,
                default_values=default_of(chosen, discord.SelectDefaultValueType.role),
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = only_id(self.item.values)
        await answered(interaction, _cog(interaction).mention(interaction, None if chosen is None else RoleId(chosen)))


class SettingText(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=rf"set:(?P<what>{ZONE}|{TAG})"):
    """Asks for a text in a form."""

    def __init__(self, what: str, label: str = "…") -> None:
        self.what = what
        super().__init__(ui.Button(label=label, custom_id=f"set:{what}", style=_SECONDARY))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["what"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).ask(interaction, self.what))


class SettingForm(Form, template=rf"set-text:(?P<what>{ZONE}|{TAG}):(?s:(?P<shown>.*))"):
    """A form for one text. Its id holds what it showed, so that nobody writes over what they have not seen."""

    def __init__(self, what: str, shown: str) -> None:
        title, label, description, limit = _FORMS[what]
        super().__init__(title=title.within(LONGEST_TITLE), custom_id=f"set-text:{what}:{shown}")
        self.what = what
        self.shown = shown
        default = zone_title(shown) if what == ZONE else shown
        text: ui.TextInput[Any] = ui.TextInput(
            custom_id=what, default=default or None, required=what == ZONE, max_length=limit
        )
        self.add_item(ui.Label(text=label.within(LONGEST_TITLE), description=description.within(100), component=text))

    @classmethod
    def from_custom_id(cls, match: re.Match[str], /) -> Self:
        return cls(match["what"], match["shown"])

    async def sent_in(self, interaction: Interaction, texts: Mapping[str, str]) -> None:
        await _cog(interaction).answer(interaction, self.what, shown=self.shown, typed=texts.get(self.what, ""))


_FORMS: Final = {
    ZONE: (
        N_("Time zone"),
        N_("Time zone"),
        N_("The nearest big city, or a name such as Europe/Berlin. UTC+1 is the same in summer."),
        LONGEST_ZONE,
    ),
    TAG: (
        N_("Forum tag"),
        N_("Tag"),
        N_("Its name in your forums; empty: the first that a forum demands"),
        LONGEST_TAG,
    ),
}


def panel(settings: GuildSettings, notes: Sequence[Markup] = ()) -> ui.LayoutView:
    """The panel, as the settings are now."""
    view = ui.LayoutView(timeout=None)
    head, remark = heading(_("Settings")), small(_("Every change counts at once, also for what is waiting."))
    for text in (*notes, f"{head}\n{remark}"):
        view.add_item(ui.TextDisplay(text))
    add_row(view, N_("**Notices** · where I say what goes wrong"), NoticeChannel(settings.notice_channel))
    for menu in MENUS:
        add_row(view, menu.title, SettingMenu(menu, menu.read(settings)))
    zone = SettingText(ZONE, short("Time zone: {zone}", zone=plain(zone_title(settings.time_zone), LONGEST_ZONE)))
    tagged = plain(settings.forum_tag or "", LONGEST_TAG) or N_("only where one is demanded")
    view.add_item(ui.ActionRow(zone, SettingText(TAG, short("Forum tag: {tag}", tag=tagged))))
    add_row(
        view, N_("**Mention** · whom posts mention, unless a subscription says otherwise"), MentionRole(settings.role)
    )
    view.add_item(ui.ActionRow(*(SettingSwitch(switch, on=not switch.read(settings)) for switch in SWITCHES)))
    return view


def select_options(menu: Menu[T], chosen: str | None) -> list[discord.SelectOption]:
    """The choices of a menu as Discord takes them, the present one chosen."""
    return [
        discord.SelectOption(label=label.within(SHORT_LIMIT), value=value, default=value == chosen)
        for value, label in options_of(menu, chosen)
    ]


def add_row(view: ui.LayoutView, title: Text | None, item: ui.Item[Any]) -> None:
    """Add a menu, below what it is about."""
    if title is not None:
        view.add_item(ui.TextDisplay(str(title)))
    view.add_item(ui.ActionRow(item))


def default_of(chosen: int | None, kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    """What a menu of channels or roles shows as chosen."""
    return [] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=kind)]


def only_id(values: Sequence[Any]) -> int | None:
    """What was chosen in a menu of one channel or role; None where it was emptied."""
    # They are bare ids where Discord says nothing more about what was chosen.
    return next((int(getattr(value, "id", value)) for value in values), None)


def _cog(interaction: Interaction) -> SettingPresses:
    return cast("SettingPresses", interaction.client.get_cog("Settings"))
