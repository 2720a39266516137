"""What moderation found in a message under one rule, and what follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.moderation.effects import Act, Effect
from handlers.moderation.listed import ALERT, read_action
from handlers.moderation.settings import OTHER, ModerationRule, label_of
from nlp.moderation.hit import Hit, Judgement

# Mildest first.
ORDER: Sequence[Judgement] = tuple(Judgement)
# What follows where neither the rule nor the list says anything.
USUAL: Mapping[Judgement, Sequence[Act]] = {
    Judgement.BLOCK: (Act(Effect.REMIND), Act(Effect.REFUSE), ALERT),
    Judgement.REVIEW: (ALERT,),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The hits of one rule, the gravest first, how grave they are together, and what follows."""

    rule: ModerationRule
    hits: tuple[Hit, ...]
    judgement: Judgement
    acts: tuple[Act, ...]

    @property
    def counts(self) -> bool:
        """Whether it is a violation, which the ladder counts."""
        return self.rule.acts and self.judgement is Judgement.BLOCK

    @property
    def label(self) -> str:
        """What it is about, for people: the category, or the rule where the list names none."""
        category = self.hits[0].entry.category
        return self.rule.name if category == OTHER else label_of(category)

    @property
    def effects(self) -> frozenset[Effect]:
        """The kinds of what follows."""
        return frozenset(act.effect for act in self.acts)

    @property
    def whom(self) -> tuple[str, ...]:
        """The roles that are told."""
        return tuple(dict.fromkeys(act.whom for act in self.acts if act.effect is Effect.ALERT))

    def with_acts(self, more: Iterable[Act]) -> "Verdict":
        """The verdict with more that follows."""
        return replace(self, acts=tuple(dict.fromkeys((*self.acts, *more))))


def judge(rule: ModerationRule, hits: Sequence[Hit]) -> Verdict:
    """The verdict on a message in which a rule has these hits, one at least.

    People look first where only a layer that errs found something, and where the list says so. While a rule only
    records, nothing follows.
    """
    graded = [(judgement_of(hit), hit) for hit in hits]
    graded.sort(key=lambda one: (-ORDER.index(one[0]), one[1].start - one[1].end, one[1].start))
    judgement = graded[0][0]
    acts = _acts(rule, judgement, [hit for grade, hit in graded if grade is judgement]) if rule.acts else ()
    return Verdict(rule, tuple(hit for _, hit in graded), judgement, tuple(dict.fromkeys(acts)))


def judgement_of(hit: Hit) -> Judgement:
    """How grave a hit is, as its list wants it at most."""
    return min(hit.judgement, read_action(hit.entry.action).most, key=ORDER.index)


def _acts(rule: ModerationRule, judgement: Judgement, hits: Sequence[Hit]) -> Sequence[Act]:
    if judgement is Judgement.AUDIT:
        return ()
    listed = [act for hit in hits for act in read_action(hit.entry.action).acts]
    wanted = rule.do or listed or USUAL[judgement]
    # Nobody is held up by a find that people have to look at first.
    return [act for act in wanted if judgement is Judgement.BLOCK or act.effect is Effect.ALERT]
