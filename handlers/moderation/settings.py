"""What managers write: `[[moderation]]`, one rule each: which words, where and for whom, and what follows."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Hours, Name, OneOrMany, limited, wrong
from bot.types.files import Files
from handlers.moderation.behaviour import FLOOD, Limits
from handlers.moderation.effects import Acts
from handlers.moderation.scoring import Scored
from handlers.wordlists import BUILTIN, Words, word_paths
from nlp.moderation.entry import Entry
from nlp.moderation.lists.words import WordList, read_words

# Who is exempt: everybody whom the configuration gives a role, or nobody.
STAFF, NOBODY = "同事", "无"
LONGEST_WINDOW = timedelta(days=30)

CATEGORIES: Mapping[str, str] = {
    "ad": "广告",
    "fraud": "诈骗",
    "gambling": "赌博",
    "contact": "联系方式",
    "abuse": "辱骂",
    "profanity": "辱骂",
    FLOOD: "刷屏",
}
# The category of a word whose list names none.
OTHER = "other"
REMINDER = "{nickname}，这类内容不适合发在这里，请别再发啦。误会了请告诉我们，发「转人工」就行。"


def _category(text: str) -> str:
    """The word that lists use for a category; people may write its Chinese name."""
    plain = text.strip()
    if not plain or len(plain) > 30:
        raise wrong("类别写一个词，如 广告、诈骗、赌博、联系方式、辱骂，或词表里自己的类别")
    return next((code for code, label in CATEGORIES.items() if label == plain), plain)


Category = Annotated[str, AfterValidator(_category)]


class Rung(Settled):
    """One rung of the ladder: what follows beside `do` from the `after`-th violation `within` that time on."""

    after: Annotated[int, Field(ge=2, le=100)]
    within: Duration = timedelta(hours=24)
    do: OneOrMany[Acts]

    @model_validator(mode="after")
    def _within_memory(self) -> "Rung":
        if not timedelta(0) < self.within <= LONGEST_WINDOW:
            raise wrong(f"within 要大于 0，最多 {LONGEST_WINDOW.days} 天，更早的已经不算了")
        return self


class ModerationRule(Settled):
    """One rule. Without `do` what follows goes by the list's own action, else by how grave the word is.

    `words`: files and single words, by default the shipped list; `categories`: only these of the lists. `allow`:
    phrases that are fine. `sample`: while only recording, so many finds a day are shown to people for judgement.
    `cooldown`: in a group the reminder is said once in that time. `limits`: how much is too much. `pieces`: whether
    short messages in quick succession are read as one. `score`: what follows when no word is found, but a message
    sounds like abuse or advertising; by default that is not asked.
    """

    name: Name
    words: OneOrMany[Words] = ()
    categories: OneOrMany[Category] = ()
    allow: OneOrMany[Words] = ()
    groups: OneOrMany[Name] = ()
    exempt: OneOrMany[Name] = (STAFF,)
    hours: Hours | None = None
    mode: Literal["只记录", "执行"] = "只记录"
    do: OneOrMany[Acts] | None = None
    ladder: Annotated[tuple[Rung, ...], Field(max_length=6)] = ()
    remind: OneOrMany[Annotated[str, limited(600)]] = (REMINDER,)
    cooldown: Duration = timedelta(minutes=1)
    sample: Annotated[int, Field(ge=0, le=100)] = 0
    limits: Limits | None = None
    pieces: bool = True
    score: Scored | None = None

    @property
    def sought(self) -> tuple[Files | str, ...]:
        """The files and words that it looks for; a rule about how people write looks for none unless it names some."""
        is_about_manner = self.limits is not None or self.score is not None
        return self.words or (() if is_about_manner and not self.categories else (BUILTIN,))

    @property
    def acts(self) -> bool:
        """Whether anything follows beside the record."""
        return self.mode == "执行"

    @property
    def files(self) -> tuple[Files, ...]:
        """The files that its words and phrases come from."""
        return tuple(one for one in (*self.sought, *self.allow) if isinstance(one, Files))

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its word lists."""
        return tuple(word_paths(self.sought))

    @property
    def usual(self) -> Entry:
        """What a word is of which a list says nothing else: of the category that the rule asks for, if that is one."""
        return Entry("", self.categories[0] if len(self.categories) == 1 else OTHER)

    @cached_property
    def listed(self) -> WordList:
        """What its word lists hold; read once, when it is first asked for."""
        return read_words(self.paths, self.usual)


def label_of(category: str) -> str:
    """A category as people call it."""
    return CATEGORIES.get(category, category)


def _no_rules() -> tuple[ModerationRule, ...]:
    return ()


MODERATION: Section[tuple[ModerationRule, ...]] = Section("moderation", tuple[ModerationRule, ...], _no_rules)
