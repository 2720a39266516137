"""One form: what an intent still needs to know, and what a text tells of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import regex

from bot.types.ports import Calendar
from handlers.understand.intents import IntentEntry
from handlers.understand.slot import Asking, Reading, Slot
from nlp.normalise import bare

_STOP = (
    r"(?:算了|取消|不用了|不办了|不查了|不要了|不弄了|不填了|不约了|不退了|不需要了|退出|放弃|没事了|下次再说|下次吧"
    r"|不想[弄填办查要]了|先不[弄填办查要]了|取消(?:登记|填写|办理|预约))"
)
_CANCEL = regex.compile(rf"(?:那|还是|我|谢谢)*{_STOP}(?:{_STOP}|谢谢|谢了|吧|哈|啦)*")
_REFUSAL = regex.compile(r"(?:那|还是)*(?:算了|取消|退出|放弃)(?:吧|谢谢)*")
_CONTINUE = regex.compile(r"(?:我们?)?(?:继续|接着|接着来|接着说|接着办|接着填|继续办|继续填|回到刚才)(?:吧|办|填|的)*")
_IGNORANCE = regex.compile(
    r"(?:我|这个|那个)*(?:没有|没|不知道|不清楚|不记得了?|忘了|忘记了|找不到了?|不方便说?)(?:啊|呀|呢|了|诶|哦)*"
)
_MARK = regex.compile(
    r"^(?:哦|噢|啊|呃|等等|等下|等一下|抱歉|不好意思|对不起|[\s,，。!！])*"
    r"(?:不对|不是|错了|(?:我)?(?:刚才|刚刚|前面|上面)?(?:写|说|发|填|打|搞|弄|输)错了?|更正(?:一下)?|改成|改为|改一下|换成|应该是|我是说)"
    r"(?:了|的|啦)?[\s,，。:：!！]*(?:是|应该是|应是|改成|改为|换成)?[\s,，:：]*"
)
_LABELLED = (
    r"(?:的?(?:写|填|说|发|打)?错了|不对|要?改(?:成|为|一下)?|换成|应该是)"
    r"[\s,，。:：]*(?:是|应该是|改成|改为|换成)?[\s,，:：]*"
)
_ISO_TIME = regex.compile(r"(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}")


@dataclass(frozen=True)
class Intent:
    """An intent with its slots, in the order in which they are asked for."""

    entry: IntentEntry
    slots: Mapping[str, Slot]

    @property
    def name(self) -> str:
        """Its name."""
        return self.entry.name


@dataclass(frozen=True, slots=True)
class Value:
    """What somebody told: as it is kept and as people read it; `mark` tells by which rules it was read."""

    value: str
    shown: str
    mark: str


@dataclass(frozen=True)
class Form:
    """What is known and what is asked. `day`: the day of a time whose hour is still missing.

    `until`: without an answer by then it rests, until somebody says 继续. `under` is the form that it interrupted.
    """

    intent: Intent
    values: Mapping[str, Value] = field(default_factory=dict)
    tries: int = 0
    rests: bool = False
    day: str = ""
    until: datetime | None = None
    under: Mapping[str, Any] | None = None

    @property
    def missing(self) -> Sequence[Slot]:
        """What is still to be asked for."""
        return [slot for name, slot in self.intent.slots.items() if name not in self.values]

    @property
    def current(self) -> Slot | None:
        """What is asked for now."""
        return next(iter(self.missing), None)

    @property
    def question(self) -> str:
        """The words in which the current slot is asked for, with its choices where they do not name them."""
        slot = self.current
        asked = self.intent.entry.ask[slot.name] if slot else ""
        choices = slot.entry.choices if slot and slot.entry.kind == "选项" else ()
        if any(choice in asked for choice in choices):
            return asked
        return "\n".join([asked, *(f"{number}. {choice}" for number, choice in enumerate(choices, 1))])

    @property
    def lacks(self) -> str:
        """What is missing, in the words of people."""
        return "、".join(slot.label for slot in self.missing)

    @property
    def told(self) -> str:
        """What is known, in the words of people: 订单号 SO123，时间 11月24日（周二）15:00."""
        return self.telling(self.values)

    @property
    def note(self) -> str:
        """What those who take over should know."""
        return f"{self.intent.name}：{self.told}" if self.values else ""

    @property
    def reminder(self) -> str:
        """Where the form was, after something else was answered."""
        return "" if self.rests else f"（「{self.intent.name}」还差{self.lacks}，发来就接着办；不办了发「取消」）"

    def telling(self, names: Iterable[str]) -> str:
        """Some of the values with their labels."""
        return "，".join(f"{self.intent.slots[name].label} {self.values[name].shown}" for name in names)

    def rests_at(self, now: datetime) -> bool:
        """Whether it waits for 继续, not for an answer."""
        return self.rests or (self.until is not None and now >= self.until)

    def dump(self) -> Mapping[str, Any]:
        """Its JSON form, with what the dialogue step tells others."""
        under_note = (self.under or {}).get("note", "")
        return {
            "intent": self.intent.name,
            "values": {name: [one.value, one.shown, one.mark] for name, one in self.values.items()},
            "tries": self.tries,
            "rests": self.rests,
            "day": self.day,
            "until": self.until.isoformat() if self.until else "",
            "under": self.under,
            "reminder": self.reminder,
            "note": "；".join(filter(None, (self.note, under_note))),
        }

    @classmethod
    def load(cls, data: Mapping[str, Any], intents: Mapping[str, Intent]) -> "Form | None":
        """The form of a JSON form under the present configuration; None when there is no such intent any more.

        What is not asked for any more, or would be read by other rules now, is forgotten and asked for again.
        """
        intent = intents.get(data["intent"])
        if intent is None:
            return None
        values = {name: Value(*one) for name, one in data["values"].items()}
        kept = {name: one for name, one in values.items() if _still_holds(intent.slots.get(name), one)}
        until = datetime.fromisoformat(data["until"]) if data["until"] else None
        return cls(intent, kept, data["tries"], data["rests"], data["day"], until, data["under"])

    def with_values(self, values: Mapping[str, Value]) -> "Form":
        """The form that knows more, or better; tries begin anew."""
        return replace(self, values={**self.values, **values}, tries=0, rests=False, day="")

    def without(self, name: str) -> "Form":
        """The form that has to ask for something again."""
        return replace(self, values={key: one for key, one in self.values.items() if key != name}, rests=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a text told a form: values; or why an answer cannot be taken; or the day of an incomplete time."""

    values: Mapping[str, Value] = field(default_factory=dict)
    wrong: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts for forms at a moment, in people's time zone."""

    now: datetime
    calendar: Calendar

    def take(self, form: Form, text: str, *, answering: bool = True, last: bool = False) -> Taken:
        """The values that a text has for what is missing; what is asked for now may be said without further words."""
        used: list[Reading] = []
        values: dict[str, Value] = {}
        wrong = day = ""
        for slot in form.missing:
            is_asked = answering and slot is form.current
            asking = self._asking(form.day if slot is form.current else "", answering=is_asked, last=last)
            free = [one for one in slot.read(text, asking) if not any(one.meets(other) for other in used)]
            good = next((one for one in free if not one.wrong), None)
            if good is not None:
                values[slot.name] = Value(good.value, good.shown, slot.mark)
                used += [good] if slot.entry.kind != "文字" else []
            elif free and slot is form.current:
                day = free[0].day.isoformat() if free[0].day else ""
                wrong = free[0].wrong if is_asked or day else ""
        return Taken(values, "" if values else wrong, "" if values else day)

    def certain(self, form: Form, text: str) -> Taken:
        """The values that a text has for what is missing, unmistakable even out of the blue."""
        return self.take(form, text, answering=False)

    def correct(self, form: Form, text: str) -> Taken:
        """Better values for what is known already; the label of a slot tells which one is meant."""
        named = next((slot for slot in self._known(form) if slot.label in text), None)
        slots = [named] if named else self._known(form)
        for answering in (False, True):
            for slot in slots:
                day, is_loose = _day_of(form.values[slot.name]), answering and slot.entry.kind != "文字"
                asking = self._asking(day, answering=is_loose)
                if readings := slot.read(text, asking):
                    one = readings[0]
                    value = Value(one.value, one.shown, slot.mark)
                    return Taken({}, one.wrong) if one.wrong else Taken({slot.name: value})
        return Taken()

    def _known(self, form: Form) -> Sequence[Slot]:
        """The slots with values, the last one first."""
        return [form.intent.slots[name] for name in reversed(list(form.values))]

    def _asking(self, day: str, *, answering: bool = False, last: bool = False) -> Asking:
        return Asking(self.now, self.calendar, date.fromisoformat(day) if day else None, answering, last)


def corrected(text: str, form: Form) -> str | None:
    """What is left of a text that takes something back (不对，是 SO123); None when it takes nothing back."""
    if found := _MARK.match(text):
        return text[found.end() :]
    labels = "|".join(regex.escape(form.intent.slots[name].label) for name in form.values)
    found = regex.match(rf"^(?:我的?|那个)*(?P<label>{labels}){_LABELLED}", text) if labels else None
    return text if found else None


def cancels(text: str, form: Form) -> bool:
    """Whether somebody wants to stop; 不用了 is an answer where yes or no was asked."""
    slot = form.current
    pattern = _REFUSAL if slot is not None and slot.entry.kind == "是否" else _CANCEL
    return bool(pattern.fullmatch(bare(text)))


def continues(text: str) -> bool:
    """Whether somebody wants to go on."""
    return bool(_CONTINUE.fullmatch(bare(text)))


def does_not_know(text: str, form: Form) -> bool:
    """Whether somebody has no answer."""
    slot = form.current
    return slot is not None and slot.entry.kind not in ("是否", "文字") and bool(_IGNORANCE.fullmatch(bare(text)))


def _still_holds(slot: Slot | None, value: Value) -> bool:
    return slot is not None and slot.mark == value.mark


def _day_of(value: Value) -> str:
    """The day of a time, so that another hour is one of the same day; "" for what is no time."""
    found = _ISO_TIME.match(value.value)
    return found[1] if found else ""
