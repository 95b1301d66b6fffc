"""Titles are plain, links lead to the web, bodies can be stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.fields import healed, language_of, plain, scrubbed, web_link

BASE = "https://lantern.example/feed/"


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  Harbour\n Lights\u00a0S1E1 ", "Harbour Lights S1E1"),
        ("<i>Harbour Lights</i>’s end", "Harbour Lights’s end"),
        ("One<br/>Two<p>Three</p>", "One Two Three"),
        ("&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more", "Bold &amp; more"),
        ("<Harbour Lights> Episode 2", "<Harbour Lights> Episode 2"),
        ("&lt;Harbour Lights&gt; Episode 2", "<Harbour Lights> Episode 2"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<a href='x' onclick=\"y\">Recap</a>", "Recap"),
        ("<a href='never closed", "<a href='never closed"),
        ("Itâ€™s", "It’s"),
        ("Ã©tÃ©", "été"),
        ("été", "été"),
        ("\ud83d\ude00 \ud83d", "😀"),
        ("a\0b\x1bc", "abc"),
        ("", ""),
    ],
)
def test_a_title_is_plain(raw: str, title: str) -> None:
    assert plain(raw) == title


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://a.example/x?y=1&z=2#w", "https://a.example/x?y=1&z=2#w"),
        ("HTTP://a.example/", "http://a.example/"),
        ("//a.example/x", "https://a.example/x"),
        ("/x", "https://lantern.example/x"),
        ("x\n y", "https://lantern.example/feed/x%20y"),
        (" \nhttps://a.example/\n", "https://a.example/"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("https://me:secret@a.example/", None),
        ("https:\\\\a.example", None),
        ("https://[::1", None),
        ("https://a.example:99999/", None),
        ("https://a.example/" + "x" * 3000, None),
        ("", None),
    ],
)
def test_a_link_leads_to_the_web_or_is_none(raw: str, link: str | None) -> None:
    assert web_link(raw, BASE) == link


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("en-US", "en"), ("PT_br", "pt"), (" de ", "de"), ("eng", None), ("x-default", None), ("", None)],
)
def test_a_language_has_two_letters(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


@given(st.text())
def test_scrubbed_text_stays_so_and_can_be_stored(text: str) -> None:
    clean = scrubbed(text)

    assert scrubbed(clean) == clean
    clean.encode("utf-8")
    assert not any(char < " " and char not in "\n\t" for char in clean)


@given(st.text(st.characters(codec="utf-8")))
def test_text_without_dirt_is_left_alone(text: str) -> None:
    kept = "".join(char for char in text if char.isprintable())

    assert scrubbed(kept) == kept


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1))
def test_what_was_encoded_twice_is_healed(text: str) -> None:
    assert healed(text.encode().decode("latin-1")) == text


@given(st.text(st.sampled_from("<>/ab i'\"=&;#")))
def test_no_tag_of_html_is_left_in_a_title(text: str) -> None:
    assert "<b>" not in plain(text)
    assert "</i>" not in plain(text)
