"""The words for the shop, and what staff order. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

from nlp.normalise import simplified

WAYS: Mapping[str, Sequence[str]] = {
    "list": (
        "兑换", "积分兑换", "兑换商城", "积分商城", "商城", "能换什么", "可以换什么", "可以兑换什么", "能兑换什么",
        "兑换列表", "兑换清单", "兑换规则", "兑换说明", "怎么兑换", "积分怎么用", "积分能换什么", "积分可以换什么",
        "对换", "兑奖商城", "换礼品", "兑换礼品", "礼品兑换",
    ),
    "mine": (
        "我的兑换", "兑换记录", "我的兑换记录", "我的兑换码", "兑换码", "我换了什么", "我兑换了什么", "兑换进度",
        "我的礼品", "我的对换",
    ),
    "queue": ("待发放", "待发放列表", "待核销", "等发放", "有哪些要发"),
}  # fmt: skip
VERBS: Mapping[str, Sequence[str]] = {"redeem": ("兑换", "积分兑换", "对换", "换购", "换个", "换一个", "兑个", "换")}
SURE = ("兑换", "积分兑换", "对换")

LONGEST_REASON = 60
_RULING = regex.compile(
    r"(?P<verb>核销|已发放|发放|拒绝|不发|拒发)(?:兑换码?|码)?(?:[\s:]*(?P<code>(?i:[A-Z0-9]{4}[-\s]?[A-Z0-9]{4}))"
    r"(?:[\s,:]+(?P<why>.{1,200}?))?)?[。!]?"
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody of the staff orders about a code; `code` "" where none was given."""

    kind: Literal["given", "refused"]
    code: str = ""
    why: str = ""


def ruling(text: str) -> Ruling | None:
    """The ruling that a text is; None for everything else. A word alone is one only where it means nothing else."""
    written = normalize("NFKC", text.strip())
    found = _RULING.fullmatch(simplified(written))
    if found is None or (not found["code"] and found["verb"] != "核销"):
        return None
    kind: Literal["given", "refused"] = "refused" if found["verb"] in ("拒绝", "不发", "拒发") else "given"
    letters = regex.sub(r"[-\s]", "", found["code"] or "").upper()
    code = f"{letters[:4]}-{letters[4:]}" if letters else ""
    # The member reads it as it was written; simplified characters stand at the same places.
    why = written[slice(*found.span("why"))] if found["why"] else ""
    return Ruling(kind, code, why.strip()[:LONGEST_REASON])
