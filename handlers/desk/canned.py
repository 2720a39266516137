"""What staff often say, by short codes. Pure."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.tickets import shortened
from handlers.variables import fill

MOST_NAMED = 3
# So much of each text stands in a list of them, and so many stand there.
LONGEST_SHOWN = 30
MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Canned:
    """Texts by code."""

    texts: Mapping[str, str]

    def find(self, code: str) -> str:
        """The code that is meant, however it is written in capitals; "" when there is none."""
        return next((one for one in self.texts if one.casefold() == code.casefold()), "")

    def text(self, code: str, known: Mapping[str, str], more: str = "") -> str:
        """The words of a code, its variables filled in, with what was written behind it."""
        return "\n".join(filter(None, [fill(self.texts[code], known), more]))

    def near(self, code: str) -> Sequence[str]:
        """The codes that may have been meant: those that contain it, or look like it."""
        has = [one for one in self.texts if code and (code in one or one in code)]
        alike = difflib.get_close_matches(code, self.texts, n=MOST_NAMED, cutoff=0.4)
        return list(dict.fromkeys([*has, *alike]))[:MOST_NAMED]

    def listed(self) -> str:
        """All codes, with the beginning of each text."""
        if not self.texts:
            return '还没有常用语。请管理员写在配置的 [desk] canned 里，如 canned = { "快递" = "…" }。'
        lines = [f"/{code}  {shortened(text, LONGEST_SHOWN)}" for code, text in self.texts.items()]
        more = [f"…… 还有 {len(lines) - MOST_SHOWN} 条"] if len(lines) > MOST_SHOWN else []
        return "\n".join(["常用语，发短码就发给客户：", *lines[:MOST_SHOWN], *more])

    def unknown(self, code: str) -> str:
        """What to say about a code that there is not."""
        near = self.near(code)
        hint = f"是不是 {'、'.join(f'/{one}' for one in near)}？" if near else ""
        return f"没有“/{code}”这条常用语，没有发给客户。{hint}发「/」看全部。"
