"""What the bot can do for this person, here, in one short message; and the group's rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.declarations import Capability, Handler, Problem, Section, Settings, Settled
from bot.types.events import Clicked, Event, Message
from bot.types.fields import OneOrMany, limited
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Calendar, Services
from handlers.desk.desk import Desk
from handlers.desk.words import ASKED
from handlers.directory import ADMIN
from handlers.halt import silences
from handlers.offers import Offer, offers_of, points_rules, signin_rules
from handlers.variables import fill, unknown_message, unknown_variables, values
from handlers.words import COMMANDS
from nlp.normalise import bare


class Help(Settled):
    """How the bot introduces itself, what one may ask for example, and the rules of the house."""

    intro: Annotated[str, limited(600)] = "我是小助手，可以这样用我："
    examples: OneOrMany[Annotated[str, limited(60)]] = ()
    rules: Annotated[str, limited(2048)] | None = None


HELP: Section[Help] = Section("help", Help, Help)


@dataclass(frozen=True, slots=True)
class Commands:
    """帮助, 菜单, 规则, typed as they are or pressed in the app's menu."""

    settings: Help
    desk: Desk
    calendar: Calendar
    offers: Sequence[Offer] = ()
    points: str = ""
    signin: str = ""
    name: str = "commands"
    hears: tuple[str, ...] = ("message", "clicked:menu")

    async def prepare(self, event: Event) -> str:
        """What was typed or pressed."""
        if isinstance(event, Message):
            return bare(event.text)
        return bare(event.key) if isinstance(event, Clicked) else ""

    def claims(self, message: Message) -> bool:
        """Whether it is a command."""
        return bare(message.text) in COMMANDS

    async def decide(self, event: Event, prepared: str, context: Context) -> Outcome | None:
        """The text of the command."""
        if isinstance(event, Clicked):
            return await self._pressed(event.key, prepared, context)
        return self._answer(prepared, context)

    async def _pressed(self, key: str, command: str, context: Context) -> Outcome:
        """A menu entry: a command or a call for a person; halted, only the call still works."""
        if self.desk.phrases.match(key):
            return await self.desk.open(key, context, reason=ASKED)
        if await silences(context):
            return silent(reason="停机中", rule="停机")
        return self._answer(command, context) or silent(reason=f"菜单“{key}”没有对应的功能")

    def _answer(self, command: str, context: Context) -> Outcome | None:
        meaning = COMMANDS.get(command)
        if meaning is None:
            return None
        if meaning == "rules":
            return answered(self._rules(context), reason="规则", rule="规则")
        intro = fill(self.settings.intro, values(context, self.calendar.timezone))
        said = "\n".join([intro, *(f"· {line}" for line in self._offers(context))])
        return answered(_say(said), reason="帮助", rule="帮助")

    def _rules(self, context: Context) -> Reply:
        """The rules of the house, and those of sign-ins and points where they are on here."""
        house = fill(self.settings.rules or "", values(context, self.calendar.timezone))
        said = "\n\n".join(part for part in (house, *self._told(context)) if part)
        return _say(said or "这里还没有写规则，有问题直接问我。")

    def _told(self, context: Context) -> Sequence[str]:
        group = context.group
        told = (("signin", self.signin), ("points", self.points))
        return [text for feature, text in told if text and (group is None or group.has(feature))]

    def _offers(self, context: Context) -> Iterable[str]:
        """One line for each thing that this person may do here."""
        examples = "".join(f"「{example}」" for example in self.settings.examples)
        if context.group is None or context.group.has("faq"):
            yield f"直接问我，比如{examples}" if examples else "有问题直接问我"
        yield from self._held(context, order=False)
        if self.settings.rules or self._told(context):
            yield "「规则」看这里的规则"
        if not self.desk.missing(context) and self.desk.team:
            hours = f"（{self.desk.team.hours}）" if self.desk.team.hours else ""
            yield f"「转人工」找{self.desk.team.name}{hours}"
        if self.desk.may_work(context.conversation, context.member):
            yield "客服：接单后直接打字就是回复客户；「#编号 内容」回复指定的客户；「结束」结束服务"
            yield "「工单」看谁在等，「/」看常用语，「备注 …」只有同事看得到，「撤回」收回刚写的"
        if ADMIN in context.member.roles:
            yield "管理员：「停机」「恢复」管本群；「全部停机」「全部恢复」管所有地方；「状态」看现在怎样"
        yield from self._held(context, order=True)

    def _held(self, context: Context, *, order: bool) -> Iterable[str]:
        held = (one.line for one in self.offers if one.order == order and one.holds(context, self.calendar.timezone))
        return dict.fromkeys(held)


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler of the exact commands."""
    desk, offers = Desk.of(settings, services), offers_of(settings)
    told = points_rules(settings), signin_rules(settings)
    return (Commands(settings[HELP], desk, services.calendar, offers, *told),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """Unknown variables in the texts."""
    section = settings[HELP]
    for key, text in (("intro", section.intro), ("rules", section.rules or "")):
        for name in unknown_variables(text):
            yield Problem(("help", key), unknown_message(name))


CAPABILITY = Capability(name="commands", sections=(HELP,), build=build, inspect=inspect)
