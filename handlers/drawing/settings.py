"""The section `[drawing]`: what pictures are written with."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo

from bot.types.declarations import Problem, Section, Settings, Settled
from bot.types.fields import text_of, wrong
from handlers.drawing.typeface import NoTypeface, Typeface, brought, typeface

EXAMPLE = '写字体文件的位置，如 "fonts/我的字体.ttf"'


def _font(value: object, info: ValidationInfo) -> Path | None:
    if value is None or isinstance(value, Path):
        return value
    text = text_of(value, EXAMPLE)
    if not text.strip() or "\0" in text:
        raise wrong(EXAMPLE)
    path = Path((info.context or {}).get("base", "."), Path(text).expanduser()).absolute()
    if not path.is_file():
        raise wrong(f"没有这个文件；{EXAMPLE}")
    return path


class Drawing(Settled):
    """How pictures are drawn. `font`: a file with Chinese in it; without one it is found."""

    font: Annotated[Path | None, PlainValidator(_font)] = None


DRAWING: Section[Drawing] = Section("drawing", Drawing, Drawing)


def typeface_of(settings: Settings) -> Typeface:
    """The typeface of a configuration; NoTypeface when there is none of use."""
    return typeface(settings[DRAWING].font)


def typeface_told(settings: Settings) -> str:
    """What pictures are written with, or why there can be none, as a line."""
    try:
        return f"图片字体：{typeface_of(settings)}"
    except NoTypeface as error:
        return f"图片字体：{error}"


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the chosen font; and that there is none at all, which costs no more than the pictures."""
    font = settings[DRAWING].font
    if font is None and any(path.is_file() for path in brought()):
        return
    try:
        typeface(font)
    except NoTypeface as error:
        yield Problem(("drawing", "font"), str(error), warning=font is None)
