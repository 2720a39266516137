"""Names for files that strangers sent."""

from collections.abc import Mapping

from bot.types.formats import Format

LONGEST = 120
_FORMS: Mapping[str, str] = {"image": "图片", "voice": "语音", "video": "视频"}
# What file systems, headers and shells read something into.
_WIDE: Mapping[int, int] = str.maketrans('/\\:*?"<>|', "／＼：＊？＂＜＞｜")


def safe_name(said: str, form: str, known: Format) -> str:
    """A name that shows what the sender called it and ends as its content is; ≤ 120 bytes of UTF-8.

    Paths, invisible and direction-changing characters, leading and trailing dots go; `form` names what has no name.
    """
    plain = "".join(letter for letter in said.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    plain = plain.translate(_WIDE).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    own = suffix.lower() if dot else ""
    fits = own == known.suffix or own in known.others
    whole = (stem if fits else plain) or _FORMS.get(form, "文件")
    ending = own if fits else known.suffix
    room = LONGEST - len(ending) - 1
    return f"{whole.encode()[:room].decode(errors='ignore').rstrip(' .')}.{ending}"
