"""The operator's feeds file: what is read, and what is said when it cannot be."""

from pathlib import Path

import pytest

from bot.catalogue import BadFeedsFileError, read_catalogue


def test_a_feed_has_an_address_a_name_and_hints(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[[feed]]\nurl = "https://one.example/feed"\nname = "One"\nlanguage = "ko"\n'
        '[[feed]]\nurl = "http://two.example/rss"\nname = "Two"\nshow = "The Lighthouse"\nexcerpts = true\n'
    )

    one, two = read_catalogue(path)

    assert (one.url, one.name, one.language, one.show, one.excerpts) == (
        "https://one.example/feed",
        "One",
        "ko",
        None,
        False,
    )
    assert (two.language, two.show, two.excerpts) == (None, "The Lighthouse", True)


def test_an_empty_file_is_an_empty_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.touch()

    assert read_catalogue(path) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[feed]", "not TOML"),
        ("feeds = 3", "other than"),
        ("feed = 3", "other than"),
        ('[[feed]]\nname = "One"', "feed number 1, url"),
        ('[[feed]]\nurl = "ftp://one.example"\nname = "One"', "feed number 1, url: it should be an address"),
        ('[[feed]]\nurl = "https://one.example"\nname = ""', "feed number 1, name"),
        (
            '[[feed]]\nurl = "https://one.example"\nname = "One"\nlanguage = "Korean"',
            "feed number 1, language: it should be a code",
        ),
        ('[[feed]]\nurl = "https://one.example"\nname = "One"\ncolour = "red"', "feed number 1, colour"),
        ('[[feed]]\nurl = "https://a.example"\nname = "A"\n' * 2, "listed twice"),
        ('title = "\x00"', "not TOML"),
    ],
)
def test_a_mistake_is_named_in_a_sentence(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)

    with pytest.raises(BadFeedsFileError, match=problem) as trouble:
        read_catalogue(path)

    assert str(path) in str(trouble.value)
    assert "Mend it" in str(trouble.value)


def test_a_missing_file_is_named_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadFeedsFileError, match="no such file"):
        read_catalogue(tmp_path / "nowhere.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(BadFeedsFileError, match="not TOML"):
        read_catalogue(path)
