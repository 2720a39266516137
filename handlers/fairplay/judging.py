"""The judge of the ledger: what a member earns is looked at before it is given, and waits where it looks wrong."""

from dataclasses import dataclass

from bot.types.context import Context
from bot.types.days import LocalDays
from handlers.fairplay import holds
from handlers.fairplay.acts import Looking
from handlers.fairplay.rules import Act, Finding, Seen, judge
from handlers.fairplay.settings import STAFF, FairPlay, Rule
from handlers.points.ledger import Wish
from handlers.points.members import known_key
from handlers.points.results import Held
from handlers.points.within import Within


@dataclass(frozen=True, slots=True)
class FairJudge:
    """Judges by the limits of `[fairplay]`; a `Judge` of the ledger.

    What the member did not do themselves just now (a game that somebody else or the clock ended, a campaign that is
    over) is looked at only as far as it has nothing to do with when they did it.
    """

    limits: FairPlay
    days: LocalDays

    async def __call__(self, within: Within, wish: Wish) -> Held | None:
        """What a wish waits for; None where it does not."""
        if wish.source in self.limits.free or self._is_exempt(within, wish):
            return None
        key = await known_key(within.transaction, wish.member)
        before = await holds.held(within, key, wish)
        for one in before:
            if (one.source, one.event) == (wish.source, wish.event):
                return Held(one.rule, one.amount, repeated=True)
        beside = before[0] if before else None
        findings = await self._findings(within, key, wish)
        if beside and not findings:
            # What came of the same act waits with the rest of it.
            findings = [Finding(Rule(name), beside.evidence) for name in beside.rule.split("、")]
        if not findings:
            return None
        if isinstance(within, Context):
            evidence = "；".join(one.evidence for one in findings)
            within.trace.add("fair play", findings[0].rule, note=f"{wish.source} {wish.amount} 先核对：{evidence}")
        await holds.hold(within, key, wish, findings, self.limits.wait, beside)
        return Held("、".join(one.rule for one in findings), wish.amount)

    def _is_exempt(self, within: Within, wish: Wish) -> bool:
        if not isinstance(within, Context):
            return False
        if within.rehearsal:
            return True
        is_own = within.member.id == wish.member
        staff = STAFF in self.limits.exempt and within.member.is_staff
        return is_own and (staff or bool(within.member.roles & set(self.limits.exempt)))

    async def _findings(self, within: Within, key: str, wish: Wish) -> list[Finding]:
        looking = Looking(self.days, self.limits.window)
        if isinstance(within, Context) and within.member.id == wish.member:
            at = min(within.at or within.now, within.now)
            return judge(await looking.seen(within, key, wish, at), self.limits, self.days)
        known = await looking.known_since(within.transaction, key)
        seen = Seen(act=Act(within.now, wish.source), words=wish.words, streak=wish.streak, known_since=known)
        return judge(seen, self.limits, self.days)
