import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.recaps.model import Spoiler
from bot.recaps.spoilers import LINK_LIMIT, Markup, hidden, plain, revealed, safe_link, visible
from tests.recaps.discord_markdown import RAW_HAZARDS, behind_bars, formats, read, shown

SNIPPETS = [
    *("*a*", "**a**", "_a_", "__a__", "~~a~~", "||a||", "`a`", "```a```", "***a***", "[a](https://x.test)", "1~2~3"),
    *("|", "||", "|||", "\\", "\\\\", "\\|", "\\||", "`", "``", "```", "```py\n", "\u1fef", "*", "**", "_", "__", "~~"),
    *("\n", "\n\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", " ", "  ", "\t", "\u3000", "\x00", "\x1b", "\x7f"),
    *(
        "> ",
        ">>> ",
        "# ",
        "### ",
        "-# ",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "12345. ",
        "1) ",
        "[t](https://x.test)",
        "[",
        "](",
        ")",
    ),
    *(
        "https://x.test/a",
        "HTTP://x.test/||",
        "<https://x.test>",
        "steam://run/1",
        "discord.gg/abc",
        "Discord.com/invite/a",
    ),
    *(
        "@everyone",
        "@here",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "<t:1:R>",
        "<:a:1>",
        "<a:b:1>",
        "</recap:1>",
        "<id:browse>",
    ),
    *(
        ":smile:",
        ":",
        "::",
        ":+1:",
        "<a@x.test>",
        "<+1 23>",
        "¯\\_(ツ)_/¯",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
    ),
    *(
        "\U000e0041",
        "\u0301" * 9,
        "e\u0301",
        "\ud800",
        "He dies.",
        "그는 죽는다。",
        "a",
        "1",
        "…",
        "😀",
        "👩‍🚀",
        "<",
        ">",
        "@",
        "#",
        "-",
    ),
]
texts = st.one_of(
    st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join),
    st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)), max_size=30).map("".join),
    st.text(st.characters(codec=None), max_size=200),
    st.tuples(st.sampled_from(SNIPPETS), st.integers(1, 4000)).map(lambda pair: (pair[0] * pair[1])[:4000]),
)
hostile = settings(deadline=None, max_examples=150)
limits = st.integers(0, 1600)
LOOK_ALIKES = str.maketrans("ǀˋ∖＠", "|`\\@")


def letters(text: str) -> str:
    """What is left of a text when only letters and digits count."""
    return "".join(
        character for character in text if character.isalnum() and character not in "ǀˋ\u3164\u115f\u1160\uffa0"
    )


def hide(text: str, limit: int = 4000) -> Markup:
    return hidden(Spoiler(text), limit)


def reveal(text: str, limit: int = 4000) -> Markup:
    return revealed(Spoiler(text), limit)


@hostile
@given(texts, limits)
def test_a_spoiler_never_leaves_its_bars(text: str, limit: int) -> None:
    markup = hide(text, limit)

    assert shown(markup) == ""
    assert formats(markup) <= {"spoiler"}
    assert not RAW_HAZARDS.search(markup)


@hostile
@given(texts, limits)
def test_a_hidden_text_is_exactly_one_spoiler_or_nothing(text: str, limit: int) -> None:
    markup = hide(text, limit)

    assume(markup)
    assert markup.startswith("||")
    assert markup.endswith("||")
    assert markup.count("|") == 4


@hostile
@given(texts, texts, texts)
def test_no_text_of_a_message_opens_or_closes_the_spoiler_of_another(before: str, text: str, after: str) -> None:
    assume(visible(before, 80))
    message = f"**{visible(before, 80)}** S1E2\n{hide(text)}\n{visible(after)}"

    hidden_text = "".join(piece.text for piece in read(message) if "spoiler" in piece.inside)

    assert hidden_text == behind_bars(hide(text))
    assert not formats(message) - {"spoiler", "strong"}


@hostile
@given(texts, limits, st.sampled_from([visible, reveal]))
def test_shown_text_has_no_format_link_or_mention_of_the_feeds_making(
    text: str, limit: int, write: Callable[[str, int], Markup]
) -> None:
    markup = write(text, limit)

    assert formats(markup) == set()
    assert not RAW_HAZARDS.search(markup)
    assert "|" not in markup


@hostile
@given(texts)
def test_nothing_readable_is_lost(text: str) -> None:
    assert (
        letters(behind_bars(hide(text, 20_000))) == letters(shown(reveal(text, 20_000))) == letters(plain(text, 20_000))
    )
    assert letters(shown(visible(text, 20_000))) == letters(plain(text, 20_000))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300))
def test_ordinary_text_reads_as_it_was_written_once_revealed(text: str) -> None:
    read_again = behind_bars(hide(text)).translate(LOOK_ALIKES)

    assert read_again == " ".join(text.split())


@hostile
@given(texts, limits, st.integers(0, 4000), st.sampled_from([hidden, revealed]))
def test_characters_and_bytes_stay_within_their_limits(
    text: str, limit: int, size: int, write: Callable[..., Markup]
) -> None:
    markup = write(Spoiler(text), limit, size=size)

    assert len(markup) <= limit
    assert len(markup.encode()) <= size


@hostile
@given(texts, limits)
def test_plain_text_is_one_line_of_visible_characters(text: str, limit: int) -> None:
    line = plain(text, limit)

    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@hostile
@given(texts, limits)
def test_a_visible_text_is_one_line(text: str, limit: int) -> None:
    line = visible(text, limit)

    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("markup", "leak"),
    [
        ("||a || b||", " b||"),
        ("||a \\|| b||", " b||"),
        ("||x `a||b` y||", "b` y||"),
        ("`x ||a` b||", "x ||a b||"),
        ("> ||a\nb||", "||a\nb||"),
        ("\\||a||", "||a||"),
        ("https://x/||a||", "https://x/||a||"),
        ("||a\nb\n\nc||", ""),
        ("||a \\|\\| b||", ""),
        ("|||a||", ""),
        ("||||", "||||"),
    ],
)
def test_the_independent_reader_knows_how_spoilers_leak(markup: str, leak: str) -> None:
    assert shown(markup) == leak


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("**a** *b* _c_ __d__ ~~e~~", {"strong", "emphasis", "underline", "strike"}),
        ("# a\n-# b\n- c\n1. d\n> e", {"heading", "subtext", "list", "quote"}),
        ("[a](https://x.test) https://x.test <https://x.test>", {"masked link", "bare link", "link"}),
        ("<@1> <t:1:R> </a:1> <:b:1> :c: @here", {"mention", "timestamp", "command", "custom emoji", "emoji"}),
        ("`a` ```b``` discord.gg/c", {"code", "fence", "invite"}),
        ("\\*a\\* \\<@1> \\# a", set()),
    ],
)
def test_the_independent_reader_knows_every_format(markup: str, names: set[str]) -> None:
    assert formats(markup) == names


@pytest.mark.parametrize(
    "text",
    [
        "a || b",
        "a \\|| b",
        "a \\|\\| b",
        "x `a||b` y",
        "```\na||b\n```",
        "a\\",
        "|",
        "||||",
        "> a\n> b",
        "# a\n- b\n1. c",
        "*a",
        "https://x.test/",
        "a https://x.test/||",
        "@everyone <@1> </recap:1>",
        "||" * 2000,
        "`" * 3999,
    ],
)
def test_known_leaks_are_closed(text: str) -> None:
    markup = hide(text)

    assert shown(markup) == ""
    assert formats(markup) == {"spoiler"}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u3164", "\x00", "\U000e0041", "\ud800"])
def test_a_text_that_nobody_can_see_gives_nothing(text: str) -> None:
    assert hide(text) == reveal(text) == visible(text) == plain(text, 100) == ""


def test_paragraphs_survive() -> None:
    text = "He comes.\r\n\r\n\r\nHe stays.\u2029He goes."

    assert hide(text) == "||He comes.\nHe stays.\nHe goes.||"
    assert reveal(text) == "He comes.\n\nHe stays.\nHe goes."
    assert visible(text) == "He comes. He stays. He goes."


def test_names_need_few_escapes() -> None:
    for name in (
        "9-1-1: Lone Star",
        "Soundtrack #1",
        "Mr. Robot",
        "S.W.A.T.",
        "Law & Order",
        "24",
        "What If…?",
        "사운드트랙 #1",
    ):
        assert visible(name) == name


def test_marks_are_escaped_where_a_backslash_disarms_them() -> None:
    assert visible("*a* ~b~ _c_ [d] <e> f://g :h:") == r"\*a\* \~b\~ \_c\_ \[d\] \<e\> f\://g \:h:"


def test_marks_that_escapes_do_not_disarm_become_look_alikes() -> None:
    assert visible("a|b `c` d\\e @f") == "aǀb ˋcˋ d∖e ＠f"


def test_bidirectional_overrides_and_tags_are_removed_but_letters_stay() -> None:
    assert visible("abc\u202edcba\u202c \U000e0041b مرحبا") == "abcdcba b مرحبا"


def test_long_text_is_cut_at_a_sentence_before_it_is_wrapped() -> None:
    text = "She finds the letter. She reads it twice. " + "Then she burns it " * 20

    assert hide(text, 60) == "||She finds the letter. She reads it twice. …||"


def test_long_text_without_sentences_is_cut_at_a_word() -> None:
    assert reveal("one two three four five", 15) == "one two three…"


def test_a_text_without_spaces_is_cut_anywhere_but_not_inside_a_letter() -> None:
    assert reveal("e\u0301" * 20, 10).rstrip("…").endswith("\u0301")


def test_text_in_every_script_is_cut_by_bytes_too() -> None:
    markup = hidden(Spoiler("그녀는 편지를 태운다. " * 100), 900, size=600)

    assert len(markup.encode()) <= 600
    assert markup.endswith("||")
    assert "…" in markup


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(SNIPPETS))
def test_hostile_length_costs_little(snippet: str) -> None:
    text = snippet * 30_000

    assert len(hide(text, 700)) <= 700
    assert len(visible(text)) <= 200


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://site.test/a-b_c?q=1&r=%20#top", "https://site.test/a-b_c?q=1&r=%20#top"),
        ("HTTP://Site.test:8080/A", "http://site.test:8080/A"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1:80/x"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://site.test/한국/||`", "https://site.test/%ED%95%9C%EA%B5%AD/%7C%7C%60"),
        ("https://bücher.test/", "https://xn--bcher-kva.test/"),
        ("https://site.test/100%", "https://site.test/100%25"),
        ("https://site.test", "https://site.test"),
    ],
)
def test_a_good_link_is_kept_in_ascii(url: str, link: str) -> None:
    assert safe_link(url) == link


@pytest.mark.parametrize(
    "url",
    [
        *(
            None,
            "",
            "site.test",
            "//site.test/a",
            "/a",
            "javascript:alert(1)",
            "data:text/html,a",
            "discord://a",
            "ftp://x.test",
        ),
        *(
            "https://",
            "https:///a",
            "https://u@site.test",
            "https://u:p@site.test",
            "https://@site.test",
            "https://:80/",
        ),
        *(
            " https://site.test",
            "https://site.test/a b",
            "https://site.test/\n",
            "https://site.test\\@evil.test",
            "https://a..b/",
        ),
        *(
            "https://site.test:99999/",
            "https://[::1",
            "https://[a]/",
            "https://site.test/\u202egnp",
            "https://s\u200bite.test/",
        ),
        *(
            "https://site.test/<a>",
            'https://site.test/"',
            "https://site.test/" + "a" * LINK_LIMIT,
            "https://%73ite.test/",
        ),
        *(
            "https://" + "a" * 80 + ".test/",
            "https://site.test/" + "한" * 100,
            "https://si|te.test/",
            "http://\ud800.test",
        ),
    ],
)
def test_a_bad_link_is_no_link(url: str | None) -> None:
    assert safe_link(url) is None


@hostile
@given(texts)
def test_whatever_a_link_holds_it_never_raises_and_is_inert(text: str) -> None:
    for link in (safe_link(text), safe_link(f"https://{text}"), safe_link(f"https://x.test/{text}")):
        if link is not None:
            assert link.isascii()
            assert link.startswith(("http://", "https://"))
            assert len(link) <= LINK_LIMIT
            assert not set(link) & set('<>|`\\" \n')
