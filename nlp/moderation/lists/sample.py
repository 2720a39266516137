"""Everyday messages that no list may flag all over: a list that does is broken, whoever wrote it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.lists.fault import Fault
from nlp.normalise import bare, simplified

MESSAGES: Sequence[str] = (
    "大家早上好，今天的会改到下午三点了",
    "我的快递到哪里了，怎么还没收到呢",
    "这个面霜敏感肌可以用吗？",
    "谢谢老师，我知道怎么操作了",
    "你好，请问发票什么时候能开出来",
    "昨天买的那件衣服有点大，想换个小一码的",
    "没有收到验证码，能帮我看一下吗",
    "好的，我先试试，有问题再来问你",
    "周末一起去吃饭吧，我来订位子",
    "这是今天的打卡，请大家查收",
    "价格多少，有没有优惠券可以用？",
    "我们这边已经下班了，明天上午给您回复",
    "图片发不出来，可能是网络不太好",
    "孩子在学校里都挺好的，您放心",
    "麻烦把地址和电话发给我，我给你寄过去",
    "不用了，我自己去店里拿就行",
    "这道题的答案是什么，为什么要这样做",
    "说得对，还是要看质量，不能只看便宜",
    "系统升级以后登录不上了，换了手机也不行",
    "收到，辛苦了，今天就到这里吧",
)
# Odd things that people send; looking at them must not fail.
ODD: Sequence[str] = ("", " \n", "👍🏻👨‍👩‍👧", "\ud800", "İ̶ß㈤⑴", "哈" * 2000, "&#21047;%E5%8D%95\\u5355")
# An entry that every fifth of them has is a word of the language, not of a list.
FEW = 4
LONGEST = 8
# So many entries are looked for by their own words.
TRIED = 50


def too_common(entries: Iterable[Entry]) -> Iterator[Fault]:
    """The entries that stand in every fifth everyday message or more."""
    counts = _counts()
    for entry in entries:
        if count := counts.get(simplified(entry.word).lower(), 0):
            file, _, line = entry.place.rpartition(":")
            told = f"平常的 {len(MESSAGES)} 句话里有 {count} 句带着它，会到处误伤，不能放进词表；写成完整的词"
            yield Fault(file, int(line) if line.isdigit() else 1, told, entry.word, "word")


def _counts() -> Mapping[str, int]:
    """How many of the messages have each piece of text."""
    counts: Counter[str] = Counter()
    for message in map(bare, MESSAGES):
        sizes = range(1, LONGEST + 1)
        counts.update({message[at : at + size] for size in sizes for at in range(len(message) - size + 1)})
    return {piece: count for piece, count in counts.items() if count >= FEW}


def fault_of(hits: Callable[[str], Sequence[Hit]], entries: Sequence[Entry]) -> str:
    """Why a filter of these entries must not be used (Chinese); empty when it may."""
    for text in ODD:
        hits(text)
    flagged = sum(bool(hits(message)) for message in MESSAGES)
    if flagged > len(MESSAGES) // 2:
        return f"平常的 {len(MESSAGES)} 句话里有 {flagged} 句会被抓"
    tried = entries[:: max(1, len(entries) // TRIED)]
    if tried and not any(hits(entry.word) for entry in tried):
        return "自己的词一个也找不到"
    return ""
