"""What makes a knowledge base worse than it needs to be: found by looking at each entry by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import regex

from knowledge.checking import ANSWER_BYTES
from knowledge.entries import Entry
from nlp.normalise import core

# Long enough to write the next one.
SOON = timedelta(days=14)
# Words that a question is asked with, not what it is about.
_ASKING = regex.compile(r"怎么样?|什么|多少|哪里|哪儿|如何|可以|能不能|有没有|是不是|请问|一下|[吗呢吧啊呀么的了是有]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend in an entry: which kind, in which of its keys, what would be right (Chinese, for managers).

    `place` is the number of a similar question or of an answer; `value` what is written there.
    """

    kind: str
    entry: Entry
    key: str
    message: str
    value: str = ""
    warning: bool = True
    place: int | None = None


def plain(entries: Iterable[Entry], today: date, answer_bytes: int = 0) -> Iterator[Finding]:
    """Entries that are past or nearly so, questions that say too little, answers longer than `answer_bytes`.

    Answers longer than `ANSWER_BYTES` have been told when they were read.
    """
    for entry in entries:
        yield from _dated(entry, today)
        for number, question in enumerate(entry.questions, -1):
            if _says_little(question):
                key, place = ("question", None) if number < 0 else ("similar", number)
                told = "太短，看不出在问什么，容易答错；请写成一句完整的问题"
                yield Finding("short", entry, key, told, question, place=place)
        for number, answer in enumerate(entry.answers):
            size = len(answer.encode())
            if answer_bytes and answer_bytes < size <= ANSWER_BYTES:
                told = f"有 {size} 字节，超过一条消息的 {answer_bytes}，会拆成几条发；请写短些，或放个链接"
                yield Finding("long", entry, "answer", told, answer, place=number if len(entry.answers) > 1 else None)


def _dated(entry: Entry, today: date) -> Iterator[Finding]:
    if entry.end is None:
        return
    left = (entry.end - today).days
    if left < 0:
        told = f"已经过期 {-left} 天，不再回答；还有效就改日期，没用了就删掉"
        yield Finding("expired", entry, "end", told, str(entry.end))
    elif entry.end - today <= SOON:
        when = "今天是最后一天" if left == 0 else f"还有 {left} 天到期"
        yield Finding("expiring", entry, "end", f"{when}；要继续回答就改日期，否则先写好接替的一条", str(entry.end))


def _says_little(question: str) -> bool:
    return len(_ASKING.sub("", core(question))) < 2 and len(core(question)) < 4
