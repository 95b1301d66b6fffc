"""Everything that people can run, fill in, press, choose and send: once as it should be, and once as it should not.

The tables are complete: each is compared with what the bot has registered.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import pytest
import pytest_asyncio
from discord import app_commands, ui

from bot.sandbox.model import parts
from bot.sandbox.people import Reply
from bot.sandbox.usage import ClientRefusal
from cogs.forms import Forms
from tests.cogs.club import PLOT
from tests.cogs.house import KNOWN, SECRET, Home, House, open_house
from tests.delivery.scene import fresh_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: A Discord client does not send it at all.
REFUSED: Final = "A Discord client refuses this"
NOT_HERE: Final = "not available here any more"
NO_SHOW: Final = "No recaps of “that show” are known here yet"
NO_FEED: Final = "There is no such feed here"
NO_SUBSCRIPTION: Final = "There is no such subscription here"
ONLY_ADMINS: Final = "Only members who may manage this server can do that"


class Run(NamedTuple):
    """A command with these options, and what its answer says."""

    options: dict[str, Any]
    says: str
    who: str = "member"
    where: str = "recaps"


class Typed(NamedTuple):
    """What stands in an option, in others beside it, and a suggestion for it."""

    text: str
    name: str
    others: dict[str, str] = {}  # noqa: RUF012  nobody changes it
    who: str = "member"


class Press(NamedTuple):
    """A button, or a menu with a choice from it, and what the answer says."""

    custom_id: str
    says: str
    value: str | None = None
    who: str = "member"


#: Commands, and their options: as it should be, and with this very option wrong.
RUNS: Final[dict[str, tuple[Run, Run]]] = {
    "help": (Run({}, "`/subscribe` posts a show"), Run({}, "In direct messages I know", where="direct")),
    "latest": (Run({}, f"**{KNOWN}** S1E3"), Run({"show": SECRET}, "known here yet", where="direct")),
    "latest: show": (
        Run({"show": "show:{show}"}, f"**{KNOWN}** S1E3"),
        Run({"show": "show:{secret_show}"}, NO_SHOW),
    ),
    "recap": (Run({"show": KNOWN}, f"### {KNOWN} S1E3"), Run({"show": SECRET}, "known here yet", where="direct")),
    "recap: show": (Run({"show": "salt harbor"}, f"### {KNOWN} S1E3"), Run({"show": "show:{secret_show}"}, NO_SHOW)),
    "recap: episode": (
        Run({"show": KNOWN, "episode": "s01e02"}, f"### {KNOWN} S1E2"),
        Run({"show": KNOWN, "episode": "the sad one"}, "I cannot read “the sad one” as an episode"),
    ),
    "search": (
        Run({"query": "ferry"}, f"**{KNOWN}** S1E3"),
        Run({"query": "meridian"}, "No recap here", where="direct"),
    ),
    "search: query": (
        Run({"query": "FERRY sinks"}, f"**{KNOWN}** S1E3"),
        Run({"query": '"'}, "There is no word in that"),
    ),
    "show": (Run({"show": KNOWN}, f"### {KNOWN}"), Run({"show": SECRET}, "known here yet", where="direct")),
    "show: show": (Run({"show": "salt harbuor"}, f"### {KNOWN}"), Run({"show": "show:{secret_show}"}, NO_SHOW)),
    "watched": (
        Run({"show": KNOWN, "episode": "2"}, f"**{KNOWN}** up to S1E2"),
        Run({"show": SECRET, "episode": "2"}, "known here yet", where="direct"),
    ),
    "watched: show": (
        Run({"show": "show:{show}", "episode": "latest"}, f"**{KNOWN}** up to S1E3"),
        Run({"show": "show:{secret_show}", "episode": "1"}, NO_SHOW),
    ),
    "watched: episode": (
        Run({"show": KNOWN, "episode": "s1e1"}, f"**{KNOWN}** up to S1E1"),
        Run({"show": KNOWN, "episode": "finale"}, "Name the episode"),
    ),
    "watching": (Run({}, "up to S1E1"), Run({}, "You have noted nothing yet", who="admin")),
    "feeds add": (
        Run({"url": "{site}/feed"}, "is read from now on", who="admin"),
        Run({"url": "{site}/feed"}, REFUSED),
    ),
    "feeds add: url": (
        Run({"url": "{site}/feed"}, "feed 2 of 25", who="admin"),
        Run({"url": "{site}/nothing"}, "404", who="admin"),
    ),
    "feeds list": (Run({}, "**Own Notes** · own", who="admin"), Run({}, REFUSED)),
    "feeds preview": (
        Run({"feed": "Own Notes"}, "Its newest entries", who="admin"),
        Run({"feed": "Own Notes"}, REFUSED),
    ),
    "feeds preview: feed": (
        Run({"feed": "feed:{own}"}, "**The Quarry Line** S2E2", who="admin"),
        Run({"feed": "feed:{secret_feed}"}, NO_FEED, who="admin"),
    ),
    "feeds remove": (Run({"feed": "Own Notes"}, "will not be read", who="admin"), Run({"feed": "Own Notes"}, REFUSED)),
    "feeds remove: feed": (
        Run({"feed": "feed:{own}"}, "will not be read", who="admin"),
        Run({"feed": "feed:{secret_feed}"}, NO_FEED, who="admin"),
    ),
    "settings": (Run({}, "### Settings", who="admin"), Run({}, REFUSED, who="admin", where="direct")),
    "subscribe": (Run({"show": "every"}, "Every show will be posted", who="admin"), Run({"show": "every"}, REFUSED)),
    "subscribe: show": (
        Run({"show": "salt harbor"}, f"**{KNOWN}** will be posted", who="admin"),
        Run({"show": "show:{secret_show}"}, "That show is not known here", who="admin"),
    ),
    "subscribe: channel": (
        Run({"show": KNOWN, "channel": "#episodes"}, f"**{KNOWN}** will be posted", who="admin"),
        Run({"show": KNOWN, "channel": "#sealed"}, "I still need **Send Messages**", who="admin"),
    ),
    "subscribe: feed": (
        Run({"show": KNOWN, "feed": "feed:{own}"}, "from Own Notes", who="admin"),
        Run({"show": KNOWN, "feed": "feed:{secret_feed}"}, "There is no feed called", who="admin"),
    ),
    "subscribe: role": (
        Run({"show": KNOWN, "role": "@Fans"}, "mentioning <@&", who="admin"),
        Run({"show": KNOWN, "role": "@everyone"}, "never mention @everyone", who="admin"),
    ),
    "subscribe: spoilers": (
        Run({"show": KNOWN, "spoilers": "button"}, "with the plot behind Reveal only", who="admin"),
        Run({"show": KNOWN, "spoilers": "open"}, REFUSED, who="admin"),
    ),
    "subscribe: delay": (
        Run({"show": KNOWN, "delay": 30}, "30 min after publication", who="admin"),
        Run({"show": KNOWN, "delay": -1}, REFUSED, who="admin"),
    ),
    "subscriptions": (Run({}, "**Night Tide** → <#{here}>", who="admin"), Run({}, REFUSED)),
    "unsubscribe": (
        Run({"subscription": "Night Tide"}, "no longer posted", who="admin"),
        Run({"subscription": "Night Tide"}, REFUSED),
    ),
    "unsubscribe: subscription": (
        Run({"subscription": "sub:{sub}"}, "**Night Tide** is no longer posted in <#{here}>", who="admin"),
        Run({"subscription": "sub:{secret_sub}"}, NO_SUBSCRIPTION, who="admin"),
    ),
}

#: Options with suggestions: what is offered, and what is not.
SUGGESTIONS: Final[dict[str, tuple[Typed, Typed]]] = {
    "latest: show": (Typed("sal", KNOWN), Typed("hidden", SECRET)),
    "recap: show": (Typed("harbr", KNOWN), Typed("hidden", SECRET)),
    "recap: episode": (
        Typed("2", "S1E2", {"show": "show:{show}"}),
        Typed("1", "S1E1", {"show": "show:{secret_show}"}),
    ),
    "show: show": (Typed("", KNOWN), Typed("", SECRET)),
    "watched: show": (Typed("salt hrbour", KNOWN), Typed("hidden", SECRET)),
    "watched: episode": (Typed("", "S1E3", {"show": KNOWN}), Typed("", "S1E1", {"show": SECRET})),
    "feeds preview: feed": (Typed("own", "Own Notes", who="admin"), Typed("", "Private Notes", who="admin")),
    "feeds remove: feed": (Typed("", "Own Notes", who="admin"), Typed("", "Recap Weekly", who="admin")),
    "subscribe: show": (Typed("ev", "Every show", who="admin"), Typed("hidden", SECRET, who="admin")),
    "subscribe: feed": (Typed("week", "Recap Weekly", who="admin"), Typed("", "Private Notes", who="admin")),
    "unsubscribe: subscription": (
        Typed("night", "Night Tide → #recaps", who="admin"),
        Typed("", f"{SECRET} → #recaps", who="admin"),
    ),
}

#: Buttons and menus, all of them below messages from before the bot was started.
PRESSES: Final[tuple[tuple[Press, Press], ...]] = (
    (Press("reveal:{instance}:p{post}", PLOT), Press("reveal:{instance}:p{secret_post}", NOT_HERE)),
    *(
        (Press(f"{action}:r{{recap}}", says), Press(f"{action}:r{{secret_recap}}", NOT_HERE))
        for action, says in {
            "reveal": PLOT,
            "anyway": PLOT,
            "watched": f"up to S1E2 of **{KNOWN}**",
            "share": f"### {KNOWN} S1E2",
            "others": "Other recaps of",
            "previous": f"### {KNOWN} S1E2",
            "next": f"### {KNOWN} S1E2",
            "open": f"### {KNOWN} S1E2",
        }.items()
    ),
    (Press("latest:0:0:0", "### Latest recaps"), Press("latest:{secret_show}:0:0", "No recaps are known here yet")),
    (Press("open-recap", f"### {KNOWN} S1E2", "{recap}"), Press("open-recap", NOT_HERE, "{secret_recap}")),
    (Press("show:{show}:0", f"### {KNOWN}"), Press("show:{secret_show}:0", "not known here any more")),
    (Press("open-show:{show}", f"### {KNOWN}"), Press("open-show:{secret_show}", "not known here any more")),
    (Press(f"search:{2**63 - 1}:ferry", f"**{KNOWN}** S1E3"), Press(f"search:{2**63 - 1}:meridian", "No recap here")),
    (Press("watching:0", "up to S1E1"), Press("watching:0", "You have noted nothing yet", who="admin")),
    (
        Press("watching:clear", "You have noted nothing yet", "{followed}"),
        Press("watching:clear", "You have noted nothing yet", "{followed}", who="admin"),
    ),
    (Press("watching:ask", "This cannot be undone"), Press("watching:ask", "This cannot be undone", who="admin")),
    (Press("watching:all", "on 1 show is forgotten"), Press("watching:all", "on 0 shows is forgotten", who="admin")),
    (
        Press("again:{instance}:p{lost}", "It is on its way", who="admin"),
        Press("again:{instance}:p{lost}", ONLY_ADMINS),
    ),
    (
        Press("follow:c{here}:f{own}:r{fans}:tagged:30", "**Xylophone** will be posted", "Xylophone", who="admin"),
        Press("follow:c{here}:f{secret_feed}:r0:tagged:30", "not read here any more", "Xylophone", who="admin"),
    ),
    (
        Press("follow:c{here}:f0:r0:button:", f"**{KNOWN}** will be posted", "show:{show}", who="admin"),
        Press("follow:c{here}:f0:r0:button:", "That show is not known here", "show:{secret_show}", who="admin"),
    ),
    (
        Press("post-here:r{recap}:c{here}", "is on its way to <#{here}>", who="admin"),
        Press("post-here:r{secret_recap}:c{here}", NOT_HERE, who="admin"),
    ),
    (
        Press("subscribe:{show}", f"**{KNOWN}** will be posted in <#{{here}}>", who="admin"),
        Press("subscribe:{secret_show}", "That show is not known here", who="admin"),
    ),
    (
        Press("remove-subscription", "no longer posted", "{sub}", who="admin"),
        Press("remove-subscription", NO_SUBSCRIPTION, "{secret_sub}", who="admin"),
    ),
    (
        Press("edit-subscription", "**Mention** · whom posts mention", "{sub}", who="admin"),
        Press("edit-subscription", NO_SUBSCRIPTION, "{secret_sub}", who="admin"),
    ),
    (
        Press("sub:{sub}:spoilers", "with the plot behind Reveal only", "button", who="admin"),
        Press("sub:{secret_sub}:spoilers", NO_SUBSCRIPTION, "button", who="admin"),
    ),
    (
        Press("sub:{sub}:delay", "2 h after publication", "120", who="admin"),
        Press("sub:{sub}:delay", ONLY_ADMINS, "120"),
    ),
    (
        Press("sub:{sub}:role", "mentioning <@&", "@Fans", who="admin"),
        Press("sub:{sub}:role", "never mention @everyone", "@everyone", who="admin"),
    ),
    (
        Press("sub:{sub}:end", "**Night Tide** is no longer posted", who="admin"),
        Press("sub:{secret_sub}:end", NO_SUBSCRIPTION, who="admin"),
    ),
    (
        Press("sub:{sub}:test", "A test post is in <#{here}>", who="admin"),
        Press("sub:{secret_sub}:test", NO_SUBSCRIPTION, who="admin"),
    ),
    (Press("subs:0", "### Subscriptions", who="admin"), Press("subs:0", ONLY_ADMINS)),
    (
        Press("feed-here:f{own}:c{here}", "Every new recap of **Own Notes**", who="admin"),
        Press("feed-here:f{secret_feed}:c{here}", NO_FEED, who="admin"),
    ),
    (
        Press("remove-feed:f{own}", "is not read for this server any more", who="admin"),
        Press("remove-feed:f{feed}", NO_FEED, who="admin"),
    ),
    (
        Press("add-feed", "I am reading it", "{site}/feed", who="admin"),
        Press("add-feed", ONLY_ADMINS, "{site}/feed"),
    ),
    (Press("feeds-page:0", "**Own Notes** · own", who="admin"), Press("feeds-page:0", ONLY_ADMINS)),
    *(
        (Press(f"set:{what}", says, value, who="admin"), Press(f"set:{what}", ONLY_ADMINS, value))
        for what, value, says in (
            ("spoilers", "button", "Not in the channel"),
            ("siblings", "own", "It gets a post of its own"),
            ("delay", "60", "1 hour"),
            ("threads", "1440", "1 day"),
            ("quiet_from", "22:00", "From 22:00"),
            ("quiet_until", "07:00", "Until 07:00"),
            ("push:off", None, "Text in notifications: no"),
            ("reviews:on", None, "Reviews too: yes"),
            ("publish:on", None, "Publish announcements: yes"),
            ("zone", None, "a name such as Europe/Berlin"),
            ("tag", None, "Its name in your forums"),
        )
    ),
    (
        Press("set:notices", "{general}", "#general", who="admin"),
        Press("set:notices", "I still need", "#sealed", who="admin"),
    ),
    (
        Press("set:role", "{fans}", "@Fans", who="admin"),
        Press("set:role", "never mention @everyone", "@everyone", who="admin"),
    ),
)


def said(reply: Reply) -> str:
    """All that a reader finds in an answer: its texts and buttons, what is chosen in its menus, and its form."""
    message, modal = reply.message, reply.modal
    every = [*parts(message.components if message else []), *parts(modal.data["components"] if modal else [])]
    chosen = [option for part in every for option in part.get("options", ()) if option.get("default")]
    default = [value["id"] for part in every for value in part.get("default_values", ())]
    told = [part.get(key) for part in (*every, *chosen) for key in ("label", "description")]
    return "\n".join(map(str, [reply.text, *told, *default]))


async def name_a_time_zone(home: Home, typed: str) -> Reply:
    form = await home.press("set:zone", "admin")
    assert form.modal
    return await home.who("admin").submit(form.modal, zone=typed)


class Flow(NamedTuple):
    """Some steps, the last of them with a choice or a text, and what the last answer says."""

    act: Callable[[Home, str], Awaitable[Reply]]
    given: str
    says: str


#: What is alive only while the bot runs: forms, and questions with a choice.
FLOWS: Final[dict[str, tuple[Flow, Flow]]] = {
    "SettingForm": (
        Flow(name_a_time_zone, "berlin", "Time zone: Europe/Berlin"),
        Flow(name_a_time_zone, "Mars/Base", "I know no time zone called"),
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(fresh_database(empty_database, tmp_path_factory.mktemp("house"))) as shared:
        yield shared


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    return await house.home()


def both(table: dict[str, tuple[Any, Any]]) -> list[Any]:
    """Each row twice: as it should be, and as it should not."""
    return [
        pytest.param(key, case, id=f"{key}-{name}")
        for key, cases in table.items()
        for name, case in zip(("happy", "unhappy"), cases, strict=True)
    ]


def command_of(key: str) -> tuple[str, str]:
    """The command and the option that a key of a table names."""
    command, _, option = key.partition(": ")
    return command, option


@pytest.mark.parametrize(("key", "run"), both(RUNS))
async def test_commands_answer_what_they_are_asked(home: Home, key: str, run: Run) -> None:
    command, _ = command_of(key)
    if run.says == REFUSED:
        with pytest.raises(ClientRefusal):
            await home.run(command, run.who, run.where, **run.options)
        return
    reply = await home.run(command, run.who, run.where, **run.options)

    assert home.text(run.says) in said(reply)
    assert reply.ephemeral or run.where == "direct"


@pytest.mark.parametrize("key", [key for key, (run, _) in RUNS.items() if run.who == "admin" and ":" not in key])
async def test_what_is_for_admins_is_for_nobody_else_and_no_direct_message(home: Home, key: str) -> None:
    run, _ = RUNS[key]
    for who, where in (("member", "recaps"), ("admin", "direct")):
        with pytest.raises(ClientRefusal):
            await home.run(key, who, where, **run.options)


async def suggested(home: Home, key: str, typed: Typed) -> list[str]:
    others = {name: home.meant(value) for name, value in typed.others.items()}
    choices = await home.who(typed.who).suggest(home.where("recaps"), *command_of(key), typed.text, **others)
    return [choice.name for choice in choices]


@pytest.mark.parametrize("key", SUGGESTIONS)
async def test_what_is_known_here_is_suggested_and_nothing_else(home: Home, key: str) -> None:
    known, unknown = SUGGESTIONS[key]

    assert known.name in await suggested(home, key, known)
    assert unknown.name not in await suggested(home, key, unknown)


@pytest.mark.parametrize(("_", "press"), both({happy.custom_id: (happy, unhappy) for happy, unhappy in PRESSES}))
async def test_buttons_and_menus_do_what_they_say_and_nothing_else(home: Home, _: str, press: Press) -> None:
    reply = await home.press(press.custom_id, press.who, *[press.value] if press.value else [])

    assert home.text(press.says) in said(reply)
    assert SECRET not in said(reply)


@pytest.mark.parametrize(("_", "flow"), both(FLOWS))
async def test_forms_and_questions_take_an_answer(home: Home, _: str, flow: Flow) -> None:
    assert flow.says in said(await flow.act(home, flow.given))


@pytest.mark.parametrize("press", [happy for happy, _ in PRESSES if happy.who == "admin"], ids=lambda it: it.custom_id)
async def test_what_admins_press_is_for_nobody_else(home: Home, press: Press) -> None:
    reply = await home.press(press.custom_id, "member", *[press.value] if press.value else [])

    assert ONLY_ADMINS in said(reply)


async def test_no_command_option_or_suggestion_is_left_out(house: House) -> None:
    commands = [it for it in house.club.client.tree.walk_commands() if isinstance(it, app_commands.Command)]
    options = [(f"{it.qualified_name}: {option.name}", option) for it in commands for option in it.parameters]

    assert RUNS.keys() == {it.qualified_name for it in commands} | {key for key, _ in options}
    assert SUGGESTIONS.keys() == {key for key, option in options if option.autocomplete}


async def test_no_button_or_menu_is_left_out(home: Home) -> None:
    templates = home.house.club.client._connection._view_store._dynamic_items
    everything = {saying for template in templates for saying in sayings(template)}
    for presses in zip(*PRESSES, strict=True):
        ids = [home.text(press.custom_id) for press in presses]
        matches = [match for template in templates for id_ in ids if (match := template.fullmatch(id_))]
        said = {(match.re.pattern, *group) for match in matches for group in [(), *match.groupdict().items()]}

        assert everything - said == set()


def sayings(template: re.Pattern[str]) -> set[tuple[str, ...]]:
    """What the custom ids of a button or menu can say: itself, and of `(?P<action>open|share)` two things."""
    choices = re.findall(r"\(\?P<(\w+)>(\w+(?:\|\w+)+)\)", template.pattern)
    told = {(template.pattern, name, value) for name, values in choices for value in values.split("|")}
    return {(template.pattern,), *told}


async def test_no_form_or_question_is_left_out(house: House) -> None:
    forms = {kind.__name__ for kind in cast("Forms", house.club.client.get_cog("Forms")).kinds}
    fleeting = {
        it.__name__ for kind in (ui.Modal, ui.View) for it in kind.__subclasses__() if it.__module__[:5] == "cogs."
    }

    assert FLOWS.keys() == forms | fleeting - {"Form"}
