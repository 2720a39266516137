"""The tour for any configuration: what is asked is taken from it, so every community can be walked through."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.cli.failure import Failure
from bot.cli.tour.phrasings import Phrasings, load
from bot.cli.tour.questions import entries, keywords, wordings
from bot.cli.tour.script import Part, Tour
from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import Teller

DRAWN = 3
NONSENSE = "阿巴阿巴，呜哩哇啦"


@dataclass(slots=True)
class GeneralTour(Tour):
    """Words of replies, other wordings of questions, nonsense, a call for a person, and a message sent three times."""

    known_words: Sequence[tuple[str, str]] = ()
    known_wordings: Sequence[tuple[str, str]] = ()

    @property
    def parts(self) -> Sequence[Part]:
        """The parts that this configuration has something for."""
        parts = (
            ("关键词：说到就答", self.keyword, bool(self.known_words)),
            ("常见问题：换个说法也听得懂", self.understand, bool(self.known_wordings)),
            ("不知道：老实说", self.unknown, True),
            *((title, part, True) for title, part in self.with_people),
            ("企业微信把同一条消息送了三遍：只答一次", self.twice, True),
        )
        return [(title, part) for title, part, wanted in parts if wanted]

    async def keyword(self) -> None:
        for said, rule in self.known_words:
            _, found = await self.exchange(said)
            self.check(found == rule, f"说的就是关键词“{rule}”", f"关键词“{rule}”的回复")

    async def understand(self) -> None:
        for said, question in self.known_wordings:
            _, found = await self.exchange(said)
            self.check(found == question, f"意思最近的是“{question}”", f"“{question}”的答案")


def tour_of(stage: Stage, teller: Teller, seed: int) -> Tour:
    """The tour that fits the configuration on stage; the same for the same seed."""
    phrasings, config, group = load(), stage.bot.config, stage.group.name
    questions = {entry["question"] for entry in entries(config)}
    if {one.entry for one in phrasings.meant} <= questions:
        return Tour(stage, teller, phrasings.drawn(seed, DRAWN))
    words, chance = list(keywords(config, group)), Random(seed)
    asked = list(wordings(config, group))
    if not words:
        raise Failure("演示要用到一条谁都能问的关键词回复，请在 config.toml 的 [[replies]] 里写一条带 exact 的")
    chosen = chance.sample(words, min(DRAWN, len(words)))
    return GeneralTour(
        stage,
        teller,
        Phrasings((), (), (NONSENSE,)),
        known=chosen[0],
        repeated=chosen[-1][0],
        known_words=chosen,
        known_wordings=chance.sample(asked, min(DRAWN, len(asked))),
    )
