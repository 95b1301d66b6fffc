"""What Discord accepts as components of a message or a modal. Pure: components in, problems out."""

from collections.abc import Callable, Collection
from typing import Any, Final

from bot.sandbox import form
from bot.sandbox.form import Problems
from bot.sandbox.model import ComponentType as C
from bot.sandbox.model import Json, parts, texts
from bot.sandbox.refusals import Problem

SELECTS: Final = (C.STRING_SELECT, C.USER_SELECT, C.ROLE_SELECT, C.MENTIONABLE_SELECT, C.CHANNEL_SELECT)

IN_CLASSIC: Final = (C.ACTION_ROW,)
IN_CONTAINER: Final = (C.ACTION_ROW, C.SECTION, C.TEXT_DISPLAY, C.MEDIA_GALLERY, C.FILE, C.SEPARATOR)
IN_LAYOUT: Final = (*IN_CONTAINER, C.CONTAINER)
IN_ROW: Final = (C.BUTTON, *SELECTS)
IN_SECTION: Final = (C.TEXT_DISPLAY,)
BESIDE_SECTION: Final = (C.BUTTON, C.THUMBNAIL)
IN_MODAL: Final = (C.ACTION_ROW, C.TEXT_DISPLAY, C.LABEL)
IN_LABEL: Final = (C.TEXT_INPUT, *SELECTS, C.RADIO_GROUP, C.CHECKBOX_GROUP, C.CHECKBOX)

MOST_COMPONENTS: Final = 40
MOST_TEXT: Final = 4000
#: Above this sum of UTF-8 bytes, and 12 for each Text Display, Discord answers HTTP 500.
MOST_BYTES: Final = 10_170

LINK, PREMIUM = 5, 6


def message_components(components: Any, *, v2: bool, uploads: Collection[str] = ()) -> Problems:
    """What is wrong with the components of a message."""
    body = {"components": components}
    yield from form.listing(body, "components", 0, MOST_COMPONENTS if v2 else 5)
    yield from _children(body, "components", IN_LAYOUT if v2 else IN_CLASSIC, uploads)
    yield from _unique_ids(components)
    if v2:
        yield from _layout_limits(components)


def modal(data: Json) -> Problems:
    """What is wrong with a modal."""
    yield from form.text(data, "title", 1, 45)
    yield from form.text(data, "custom_id", 1, 100)
    yield from form.listing(data, "components", 1, 5)
    yield from _children(data, "components", IN_MODAL, ())
    yield from _unique_ids(data.get("components"))


def weight(components: list[Json]) -> int:
    """What the Text Displays weigh for the limit above which Discord falls over."""
    return sum(len(text.encode("utf-8", "surrogatepass")) + 12 for text in texts(components))


def _layout_limits(components: Any) -> Problems:
    found = list(parts(form.as_list(components)))
    if len(found) > MOST_COMPONENTS:
        told = f"The maximum number of components in a message is {MOST_COMPONENTS}."
        yield Problem(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", told)
    if sum(len(text) for text in texts(form.as_list(components))) > MOST_TEXT:
        told = f"The total text of all components cannot exceed {MOST_TEXT} characters."
        yield Problem(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", told)


def _unique_ids(components: Any) -> Problems:
    found = [part for part in parts(form.as_list(components)) if isinstance(part.get("custom_id"), str)]
    for place in form.repeated([part["custom_id"] for part in found]):
        told = f'Component custom id cannot be duplicated: "{found[place]["custom_id"]}"'
        yield Problem(("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", told)


def _children(body: Json, key: str, allowed: Collection[int], uploads: Collection[str]) -> Problems:
    yield from form.not_objects(body, key)
    for place, child in form.objects(body, key):
        for problem in _component(child, allowed, uploads):
            yield problem.under(key, place)


def _component(component: Json, allowed: Collection[int], uploads: Collection[str]) -> Problems:
    kind = component.get("type")
    if not isinstance(kind, int) or isinstance(kind, bool) or kind not in allowed:
        listed = ", ".join(str(int(choice)) for choice in sorted(allowed))
        yield Problem(("type",), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).')
        return
    yield from form.number(component, "id", 0, 2**31 - 1)
    yield from CHECKS[C(kind)](component, uploads)


def _row(row: Json, uploads: Collection[str]) -> Problems:
    yield from form.listing(row, "components", 1, 5)
    yield from _children(row, "components", IN_ROW if not _holds_input(row) else (C.TEXT_INPUT,), uploads)
    kinds = [child.get("type") for _, child in form.objects(row, "components")]
    if len(kinds) > 1 and any(kind != C.BUTTON for kind in kinds):
        told = "An action row holds up to five buttons or one select menu."
        yield Problem(("components",), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", told)


def _holds_input(row: Json) -> bool:
    return any(child.get("type") == C.TEXT_INPUT for _, child in form.objects(row, "components"))


def _button(button: Json, _uploads: Collection[str]) -> Problems:
    yield from form.number(button, "style", 1, PREMIUM, optional=False)
    yield from form.text(button, "label", 0, 80, optional=True)
    style = button.get("style")
    if style == LINK:
        yield from form.web_address(button.get("url"), 512, "url", schemes=("http", "https", "discord"))
    elif style != PREMIUM:
        yield from form.text(button, "custom_id", 1, 100)
    if button.get("custom_id") is not None and button.get("url") is not None:
        told = "A custom id and url cannot both be specified"
        yield Problem(("custom_id",), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", told)
    if style != LINK and button.get("url") is not None:
        yield Problem(("url",), "BUTTON_COMPONENT_INVALID_STYLE", "Only a link button has a url")
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        yield Problem(("label",), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")


def _select(select: Json, _uploads: Collection[str]) -> Problems:
    yield from form.text(select, "custom_id", 1, 100)
    yield from form.text(select, "placeholder", 0, 150, optional=True)
    yield from form.number(select, "min_values", 0, 25)
    yield from form.number(select, "max_values", 1, 25)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Problem(("min_values",), "SELECT_COMPONENT_MIN_VALUES_EXCEEDED", "min_values is greater than max_values")
    yield from form.listing(select, "default_values", 0, 25, optional=True)


def _string_select(select: Json, uploads: Collection[str]) -> Problems:
    yield from _select(select, uploads)
    yield from form.listing(select, "options", 1, 25)
    yield from form.not_objects(select, "options")
    options = list(form.objects(select, "options"))
    for place, option in options:
        for problem in _option(option):
            yield problem.under("options", place)
    for place in form.repeated([str(option.get("value")) for _, option in options]):
        told = "The specified option value is already used"
        yield Problem(("options", place, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", told)
    chosen = sum(option.get("default") is True for _, option in options)
    if isinstance(most := select.get("max_values", 1), int) and chosen > most:
        told = f"Only up to {most} options can be defaults"
        yield Problem(("options",), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", told)


def _choices(least: int) -> Callable[[Json, Collection[str]], Problems]:
    """The rules of a group of `least` to ten radio buttons or checkboxes."""

    def check(group: Json, _uploads: Collection[str]) -> Problems:
        yield from form.text(group, "custom_id", 1, 100)
        yield from form.listing(group, "options", least, 10)
        yield from form.not_objects(group, "options")
        for place, option in form.objects(group, "options"):
            for problem in _option(option):
                yield problem.under("options", place)

    return check


def _checkbox(box: Json, _uploads: Collection[str]) -> Problems:
    yield from form.text(box, "custom_id", 1, 100)


def _option(option: Json) -> Problems:
    yield from form.text(option, "label", 1, 100)
    yield from form.text(option, "value", 1, 100)
    yield from form.text(option, "description", 1, 100, optional=True)


def _text_input(field: Json, _uploads: Collection[str]) -> Problems:
    yield from form.text(field, "custom_id", 1, 100)
    yield from form.one_of(field, "style", (1, 2))
    yield from form.text(field, "label", 1, 45, optional=True)
    yield from form.text(field, "placeholder", 0, 100, optional=True)
    yield from form.number(field, "min_length", 0, MOST_TEXT)
    yield from form.number(field, "max_length", 1, MOST_TEXT)
    most = field.get("max_length")
    yield from form.text(field, "value", 0, most if isinstance(most, int) else MOST_TEXT, optional=True)


def _section(section: Json, uploads: Collection[str]) -> Problems:
    yield from form.listing(section, "components", 1, 3)
    yield from _children(section, "components", IN_SECTION, uploads)
    if not isinstance(accessory := section.get("accessory"), dict):
        yield form.required("accessory")
        return
    for problem in _component(accessory, BESIDE_SECTION, uploads):
        yield problem.under("accessory")


def _text_display(display: Json, _uploads: Collection[str]) -> Problems:
    yield from form.text(display, "content", 1, MOST_TEXT)


def _thumbnail(thumbnail: Json, uploads: Collection[str]) -> Problems:
    yield from _media(thumbnail, uploads)


def _gallery(gallery: Json, uploads: Collection[str]) -> Problems:
    yield from form.listing(gallery, "items", 1, 10)
    yield from form.not_objects(gallery, "items")
    for place, item in form.objects(gallery, "items"):
        for problem in _media(item, uploads):
            yield problem.under("items", place)


def _media(item: Json, uploads: Collection[str]) -> Problems:
    yield from form.text(item, "description", 0, 1024, optional=True)
    if not isinstance(media := item.get("media"), dict):
        yield form.required("media")
    elif str(media.get("url")).startswith("attachment://"):
        yield from _uploaded(media["url"], uploads, "media", "url")
    else:
        yield from form.web_address(media.get("url"), 2048, "media", "url")


def _file(component: Json, uploads: Collection[str]) -> Problems:
    if not isinstance(file := component.get("file"), dict):
        yield form.required("file")
    elif not str(file.get("url")).startswith("attachment://"):
        told = "Scheme is not supported. Scheme must be one of ('attachment',)."
        yield Problem(("file", "url"), "URL_TYPE_INVALID_SCHEME", told)
    else:
        yield from _uploaded(file["url"], uploads, "file", "url")


def _uploaded(url: str, uploads: Collection[str], *path: str) -> Problems:
    if url.removeprefix("attachment://") not in uploads:
        told = f"The referenced attachment {url} was not found"
        yield Problem(path, "MEDIA_ITEM_ATTACHMENT_NOT_FOUND", told)


def _separator(separator: Json, _uploads: Collection[str]) -> Problems:
    yield from form.one_of(separator, "spacing", (1, 2), optional=True)


def _container(container: Json, uploads: Collection[str]) -> Problems:
    yield from form.listing(container, "components", 1, MOST_COMPONENTS)
    yield from form.number(container, "accent_color", 0, 0xFFFFFF)
    yield from _children(container, "components", IN_CONTAINER, uploads)


def _label(label: Json, uploads: Collection[str]) -> Problems:
    yield from form.text(label, "label", 1, 45)
    yield from form.text(label, "description", 0, 100, optional=True)
    if not isinstance(component := label.get("component"), dict):
        yield form.required("component")
        return
    if component.get("disabled"):
        yield Problem(("component", "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Not possible in a modal")
    for problem in _component(component, IN_LABEL, uploads):
        yield problem.under("component")


CHECKS: Final[dict[C, Callable[[Json, Collection[str]], Problems]]] = {
    C.ACTION_ROW: _row,
    C.BUTTON: _button,
    C.STRING_SELECT: _string_select,
    C.TEXT_INPUT: _text_input,
    C.USER_SELECT: _select,
    C.ROLE_SELECT: _select,
    C.MENTIONABLE_SELECT: _select,
    C.CHANNEL_SELECT: _select,
    C.SECTION: _section,
    C.TEXT_DISPLAY: _text_display,
    C.THUMBNAIL: _thumbnail,
    C.MEDIA_GALLERY: _gallery,
    C.FILE: _file,
    C.SEPARATOR: _separator,
    C.CONTAINER: _container,
    C.LABEL: _label,
    C.RADIO_GROUP: _choices(2),
    C.CHECKBOX_GROUP: _choices(1),
    C.CHECKBOX: _checkbox,
}
