"""Which components Discord takes, as a table of cases; each refusal says where and why."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import component_rules, message_rules
from bot.sandbox.refusals import Problem, ServerError, error_tree

Json = dict[str, Any]


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def button(**more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Read", "custom_id": "read", **more}


def link(url: Any, **more: Any) -> Json:
    return {"type": 2, "style": 5, "label": "Read", "url": url, **more}


def select(**more: Any) -> Json:
    return {"type": 3, "custom_id": "pick", "options": [{"label": "One", "value": "1"}], **more}


def text(content: Any = "hello") -> Json:
    return {"type": 10, "content": content}


def section(*children: Json, **more: Any) -> Json:
    picture = {"type": 11, "media": {"url": "https://pictures.example/1.png"}}
    return {"type": 9, "components": list(children) or [text()], "accessory": picture, **more}


def gallery(count: int, url: Any = "https://pictures.example/1.png", **more: Any) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}, **more}] * count}


def container(*children: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(children), **more}


def options(*values: str) -> list[Json]:
    return [{"label": "One", "value": value} for value in values]


def codes(problems: Any) -> dict[str, str]:
    return {".".join(map(str, problem.path)): problem.code for problem in problems}


def layout(*components: Any, uploads: tuple[str, ...] = ()) -> dict[str, str]:
    return codes(component_rules.message_components(list(components), v2=True, uploads=uploads))


def classic(*components: Any) -> dict[str, str]:
    return codes(component_rules.message_components(list(components), v2=False))


GOOD = [
    container(text(), section(), gallery(10), {"type": 14, "spacing": 2}, row(button(), link("https://a.example"))),
    row(select(max_values=1)),
    row({"type": 8, "custom_id": "where", "channel_types": [0, 5]}),
    row({"type": 2, "style": 2, "emoji": {"name": "👁"}, "custom_id": "eye"}),
    text("x" * 4000),
    section(text(), text(), text(), accessory=button()),
    gallery(1, "attachment://scene.png", description="x" * 1024),
    {"type": 13, "file": {"url": "attachment://scene.png"}},
]


@pytest.mark.parametrize("component", GOOD)
def test_what_discord_takes_passes(component: Json) -> None:
    assert layout(component, uploads=("scene.png",)) == {}


@pytest.mark.parametrize(
    ("component", "where", "code"),
    [
        (button(), "components.0.type", "UNION_TYPE_CHOICES"),
        (container(container(text())), "components.0.components.0.type", "UNION_TYPE_CHOICES"),
        (container(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (container(text(), accent_color=-1), "components.0.accent_color", "NUMBER_TYPE_MIN"),
        ({"type": "10", "content": "x"}, "components.0.type", "UNION_TYPE_CHOICES"),
        ({}, "components.0.type", "UNION_TYPE_CHOICES"),
        ("text", "components.0", "MODEL_TYPE_CONVERT"),
        (text(""), "components.0.content", "BASE_TYPE_BAD_LENGTH"),
        (text(None), "components.0.content", "BASE_TYPE_REQUIRED"),
        (text(7), "components.0.content", "STRING_TYPE_CONVERT"),
        (row(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (row(*[link("https://a.example")] * 6), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (row(button(), select()), "components.0.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (row(text()), "components.0.components.0.type", "UNION_TYPE_CHOICES"),
        (row(button(label="x" * 81)), "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (row(button(label=None)), "components.0.components.0.label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
        (row(button(custom_id="x" * 101)), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        (row(button(custom_id="")), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        (row(button(url="https://a.example")), "components.0.components.0.url", "BUTTON_COMPONENT_INVALID_STYLE"),
        (row(button(style=9)), "components.0.components.0.style", "NUMBER_TYPE_MAX"),
        (row(link("ftp://a.example")), "components.0.components.0.url", "URL_TYPE_INVALID_SCHEME"),
        (row(link("javascript:alert(1)")), "components.0.components.0.url", "URL_TYPE_INVALID_SCHEME"),
        (row(link("https://")), "components.0.components.0.url", "URL_TYPE_INVALID_URL"),
        (row(link("https://[")), "components.0.components.0.url", "URL_TYPE_INVALID_URL"),
        (row(link("https://a.example/" + "x" * 512)), "components.0.components.0.url", "BASE_TYPE_MAX_LENGTH"),
        (row(link(None)), "components.0.components.0.url", "BASE_TYPE_REQUIRED"),
        (
            row(link("https://a.example", custom_id="x")),
            "components.0.components.0.custom_id",
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        ),
        (row(button(), button()), "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (row(select(options=[])), "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (
            row(select(options=options(*map(str, range(26))))),
            "components.0.components.0.options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            row(select(options=options("1", "1"))),
            "components.0.components.0.options.1.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (row(select(options=options("x" * 101))), "components.0.components.0.options.0.value", "BASE_TYPE_BAD_LENGTH"),
        (row(select(placeholder="x" * 151)), "components.0.components.0.placeholder", "BASE_TYPE_MAX_LENGTH"),
        (row(select(min_values=2)), "components.0.components.0.min_values", "SELECT_COMPONENT_MIN_VALUES_EXCEEDED"),
        (row(select(max_values=26)), "components.0.components.0.max_values", "NUMBER_TYPE_MAX"),
        (section(text(), text(), text(), text()), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (section(accessory=None), "components.0.accessory", "BASE_TYPE_REQUIRED"),
        (section(accessory=text()), "components.0.accessory.type", "UNION_TYPE_CHOICES"),
        (section(row(button())), "components.0.components.0.type", "UNION_TYPE_CHOICES"),
        (gallery(0), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
        (gallery(11), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
        (gallery(1, "data:image/png;base64,x"), "components.0.items.0.media.url", "URL_TYPE_INVALID_SCHEME"),
        (gallery(1, "https://a.example/" + "x" * 2048), "components.0.items.0.media.url", "BASE_TYPE_MAX_LENGTH"),
        (gallery(1, "attachment://other.png"), "components.0.items.0.media.url", "MEDIA_ITEM_ATTACHMENT_NOT_FOUND"),
        (gallery(1, description="x" * 1025), "components.0.items.0.description", "BASE_TYPE_MAX_LENGTH"),
        ({"type": 13, "file": {"url": "https://a.example"}}, "components.0.file.url", "URL_TYPE_INVALID_SCHEME"),
        ({"type": 14, "spacing": 3}, "components.0.spacing", "BASE_TYPE_CHOICES"),
    ],
)
def test_what_discord_refuses_is_refused_where_it_is_wrong(component: Any, where: str, code: str) -> None:
    assert layout(component)[where] == code


def test_forty_components_fit_and_one_more_does_not() -> None:
    assert layout(container(*[text()] * 39)) == {}
    assert layout(container(*[text()] * 39), text()) == {"components": "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"}


def test_accessories_count_and_gallery_items_do_not() -> None:
    assert layout(*[section()] * 13, gallery(10)) == {}
    assert layout(*[section()] * 13, gallery(10), text()) == {"components": "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"}


def test_four_thousand_characters_are_shared_by_all_text_displays() -> None:
    assert layout(text("x" * 2000), container(text("x" * 2000))) == {}
    assert layout(text("x" * 2000), container(text("x" * 2001))) == {
        "components": "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
    }


def test_classic_messages_have_rows_only_and_five_of_them() -> None:
    rows = [row(button(custom_id=str(number))) for number in range(6)]

    assert classic(*rows[:5]) == {}
    assert classic(*rows) == {"components": "BASE_TYPE_MAX_LENGTH"}
    assert classic(text()) == {"components.0.type": "UNION_TYPE_CHOICES"}


def test_discord_falls_over_text_that_is_heavy_in_bytes() -> None:
    body = {"flags": 1 << 15, "components": [text("字" * 3386)]}
    message_rules.check_weight(body)
    body["components"] = [text("字" * 3387)]

    with pytest.raises(ServerError):
        message_rules.check_weight(body)


def label(component: Any, **more: Any) -> Json:
    return {"type": 18, "label": "Word", "component": component, **more}


def modal(*components: Json, **more: Any) -> dict[str, str]:
    return codes(component_rules.modal({"title": "Filter", "custom_id": "f", "components": list(components), **more}))


FIELD = {"type": 4, "custom_id": "word", "style": 1}


def test_a_modal_takes_labels_and_text() -> None:
    assert modal(label(FIELD), text(), label(select())) == {}
    assert modal(row(FIELD | {"label": "Word"})) == {}
    choices = {"custom_id": "pick", "options": options("1", "2")}
    boxes = {"type": 22, **choices, "custom_id": "boxes"}
    assert modal(label({"type": 21, **choices}), label(boxes), label({"type": 23, "custom_id": "sure"})) == {}


@pytest.mark.parametrize(
    ("problems", "where"),
    [
        (modal(), "components"),
        (modal(*[text()] * 6), "components"),
        (modal(text(), title="x" * 46), "title"),
        (modal(text(), custom_id=""), "custom_id"),
        (modal(label(FIELD, label="x" * 46)), "components.0.label"),
        (modal(label(FIELD, description="x" * 101)), "components.0.description"),
        (modal(label(None)), "components.0.component"),
        (modal(label(button())), "components.0.component.type"),
        (modal(label(FIELD | {"disabled": True})), "components.0.component.disabled"),
        (modal(label({"type": 21, "custom_id": "x", "options": options("1")})), "components.0.component.options"),
        (modal(label(FIELD | {"style": 3})), "components.0.component.style"),
        (modal(label(FIELD | {"max_length": 4001})), "components.0.component.max_length"),
        (modal(label(FIELD | {"max_length": 3, "value": "four"})), "components.0.component.value"),
        (modal(label(FIELD), label(FIELD)), "components"),
        (modal(container(text())), "components.0.type"),
    ],
)
def test_a_modal_has_its_own_limits(problems: dict[str, str], where: str) -> None:
    assert where in problems


def test_problems_become_a_tree_in_the_form_of_the_body() -> None:
    problems = [Problem(("components", 0, "url"), "A", "one"), Problem(("components", 0, "url"), "B", "two")]

    errors = [{"code": "A", "message": "one"}, {"code": "B", "message": "two"}]
    assert error_tree(problems) == {"components": {"0": {"url": {"_errors": errors}}}}


KEYS = (
    "type",
    "components",
    "component",
    "accessory",
    "items",
    "media",
    "url",
    "options",
    "content",
    "id",
    "custom_id",
    "style",
    "value",
    "values",
    "min_values",
    "max_values",
    "default",
    "footer",
    "text",
    "author",
    "name",
    "fields",
    "parse",
    "users",
    "roles",
    "choices",
    "required",
    "description",
    "description_localizations",
    "title",
    "file",
    "max_length",
    "default_member_permissions",
    "applied_tags",
    "embeds",
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner | st.integers(1, 18),
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, st.booleans())
def test_whatever_comes_is_answered_and_never_falls_over(components: Any, v2: bool) -> None:
    body = {"components": components, "flags": (1 << 15) * v2, "allowed_mentions": components, "embeds": components}

    assert all(isinstance(problem, Problem) for problem in message_rules.message(body))
