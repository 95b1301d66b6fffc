"""Texts, the languages they are said in, and how they are kept."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.languages import read_language, shipped_languages
from bot.texts import ENGLISH, N_, Language, Languages, Text, _, all_of, bold, lazy_ngettext, ngettext, one_of
from tests.pseudo import TEMPLATE, bracketed, language, written

REPOSITORY: Final = Path(__file__).resolve().parents[1]

#: What is said below, as a template would have it.
READ: Final = "Read the {kind} of {show}."
ONE, MANY = "1 recap in {channel}", "{count} recaps in {channel}"

SENTENCES: Final = st.recursive(
    st.builds(N_, st.text()),
    lambda inner: (
        st.builds(
            lambda message, values: N_(message, **values),
            st.text(),
            st.dictionaries(
                st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers() | st.text() | inner, max_size=3
            ),
        )
        | st.builds(lazy_ngettext, st.text(), st.text(), st.integers())
    ),
    max_leaves=4,
)


def german(translations: dict[str, str]) -> Language:
    catalogue = Catalog("de")
    for message in translations:
        catalogue.add(message)
    catalogue.add((ONE, MANY))
    return read_language(written(catalogue, lambda message: translations.get(message, "")), "de")


def said(text: Text, spoken: Language = ENGLISH) -> str:
    with texts.spoken_in(spoken):
        return str(text)


# -- saying -------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_said_in_the_language_of_whoever_reads_it() -> None:
    spoken = german({READ: "Lies {kind} von {show}.", "the recap": "die Nacherzählung"})
    kept = N_(READ, kind=N_("the recap"), show="Dark")

    assert said(kept) == "Read the the recap of Dark."
    assert said(kept, spoken) == "Lies die Nacherzählung von Dark."


def test_a_language_is_spoken_within_its_block_only() -> None:
    with texts.spoken_in(german({"Reveal": "Aufdecken"})):
        inside = _("Reveal")

    assert (inside, _("Reveal")) == ("Aufdecken", "Reveal")


def test_numbers_choose_the_form() -> None:
    spoken = german({ONE: "1 Text in {channel}", MANY: "{count} Texte in {channel}"})

    assert ngettext(ONE, MANY, 1, channel="#a") == "1 recap in #a"
    assert [said(lazy_ngettext(ONE, MANY, n, channel="#a"), spoken) for n in (1, 2)] == [
        "1 Text in #a",
        "2 Texte in #a",
    ]


def test_a_value_is_never_filled_in_itself() -> None:
    assert _("{show} on {site}", show="{site}", site="x") == "{site} on x"


@pytest.mark.parametrize(
    ("values", "together", "either"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a and b", "a or b"), (["a", "b", "c"], "a, b and c", "a, b or c")],
)
def test_several_values_become_one(values: list[str], together: str, either: str) -> None:
    assert (str(all_of(values)), str(one_of(values))) == (together, either)


def test_what_is_too_long_for_its_place_is_said_in_english() -> None:
    spoken = german({"Reveal": "Die Auflösung anzeigen"})

    with texts.spoken_in(spoken):
        assert N_("Reveal").within(30) == "Die Auflösung anzeigen"
        assert N_("Reveal").within(10) == "Reveal"
        assert N_("Reveal").within(4) == "Rev…"


@pytest.mark.parametrize(
    ("locale", "speaks"), [("de", "de"), ("pt-BR", "pt_BR"), ("de-AT", "de"), ("pt-PT", None), ("en-GB", None)]
)
def test_a_locale_finds_its_language(locale: str, speaks: str | None) -> None:
    known = {"de": Language(), "pt_BR": Language()}

    assert Languages(known).of(locale) is (known[speaks] if speaks else ENGLISH)


# -- keeping ------------------------------------------------------------------------------------------------------


@given(SENTENCES)
def test_a_text_comes_back_from_the_store_as_it_was(text: Text) -> None:
    assert said(Text.from_stored(text.stored())) == said(text)


def test_what_was_kept_is_the_same_thing_as_what_is_said_now() -> None:
    text = N_("Give me {missing} there.", missing=all_of([bold(N_("View Channel")), bold("x")]))

    assert Text.from_stored(text.stored()) == text


@pytest.mark.parametrize(
    "plain",
    ["The channel was deleted.", "", "{", '{"a": 1}', "[1]", "12", "Uses {braces}.", '{"message": "a", "values": [1]}'],
)
def test_a_plain_sentence_of_the_store_stands_for_itself(plain: str) -> None:
    assert said(Text.from_stored(plain)) == plain


# -- languages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    ["Lies {kind}.", "Lies {kind} von {title}.", "Lies {kind} von {show} und {show.__class__}.", "Lies {kind} von {0}"],
)
def test_a_translation_with_other_placeholders_is_not_used(broken: str) -> None:
    assert said(N_(READ, kind="it", show="Dark"), german({READ: broken})) == "Read the it of Dark."


def test_a_translation_out_of_all_proportion_is_not_used() -> None:
    assert said(N_("Reveal"), german({"Reveal": "Auf" * 100})) == "Reveal"


@given(st.dictionaries(st.sampled_from([READ, "Reveal", ONE, MANY]), st.text(st.characters(exclude_categories=["Cs"]))))
def test_whatever_a_translator_wrote_is_said_with_its_values(translations: dict[str, str]) -> None:
    spoken = german(translations)

    line = said(N_(READ, kind="<kind>", show="<show>"), spoken)
    assert "<kind>" in line
    assert "<show>" in line
    assert said(N_("Reveal"), spoken)
    assert all("<channel>" in said(lazy_ngettext(ONE, MANY, n, channel="<channel>"), spoken) for n in range(3))


@given(st.binary() | st.text().map(str.encode))
def test_a_file_that_is_none_is_left_out(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("locale")
    (folder / "de.po").write_bytes(content)

    assert said(N_("Reveal"), shipped_languages(folder).of("de")) == "Reveal"


@pytest.mark.parametrize(
    "rule", ["nplurals=2; plural=n%0", "nplurals=2; plural=n(", "nplurals=x", "nplurals=1; plural=0"]
)
def test_a_language_that_cannot_count_is_left_out_or_counts_in_english(tmp_path: Path, rule: str) -> None:
    header = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: {rule};\\n"\n\n'
    body = f'msgid "{ONE}"\nmsgid_plural "{MANY}"\nmsgstr[0] "a {{channel}}"\nmsgstr[1] "b {{channel}} {{count}}"\n'
    (tmp_path / "de.po").write_text(header + body)
    spoken = shipped_languages(tmp_path).of("de")

    assert [said(lazy_ngettext(ONE, MANY, n, channel="#a"), spoken) for n in (1, 2)] == [
        "1 recap in #a",
        "2 recaps in #a",
    ]


def test_the_languages_that_ship_are_read_without_a_complaint(caplog: pytest.LogCaptureFixture) -> None:
    shipped_languages()

    assert not caplog.records


def test_every_message_of_the_template_can_be_translated() -> None:
    spoken = language(bracketed)
    with TEMPLATE.open("rb") as template:
        messages = [message.id for message in read_po(template) if message.id]

    for message in messages:
        if isinstance(message, str):
            assert spoken.gettext(message) == bracketed(message)
        else:
            one, many = message
            assert [spoken.ngettext(one, many, n) for n in (1, 2)] == [bracketed(one), bracketed(many)]


# -- the template -------------------------------------------------------------------------------------------------


def messages_of(template: Path) -> set[tuple[object, ...]]:
    with template.open("rb") as file:
        return {(message.id, *sorted(path for path, _line in message.locations)) for message in read_po(file)}


def test_the_template_has_every_message(tmp_path: Path) -> None:
    """It is made by the command in CONTRIBUTING.md, word for word."""
    told = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    [command] = re.findall(r"^\.venv/bin/(pybabel extract .*?[^\\])$", told, re.MULTILINE | re.DOTALL)
    arguments = shlex.split(command.replace("\\\n", " "))[1:]
    arguments[arguments.index("-o") + 1] = str(tmp_path / "new.pot")
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *arguments], cwd=REPOSITORY, check=True)

    assert messages_of(TEMPLATE) == messages_of(tmp_path / "new.pot"), "run the command again"
