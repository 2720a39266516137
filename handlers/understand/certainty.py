"""How well the FAQ tells the questions that it answers from all others: what `qunban check` says of it."""

from bot.types.declarations import Settings
from handlers.understand.bases import Library
from handlers.understand.faq import FAQ

# Below this, of five questions without an answer one would look surer than a question that has one.
POOR = 0.8
# To index more would make the check wait for many seconds; `qunban kb stats` and `lint` look at such a base.
MOST = 20_000


def certainty_of(settings: Settings) -> str:
    """One line with numbers, by words alone; empty where there is no FAQ, or a very large one. Takes a second."""
    loaded = settings[FAQ].loaded
    wordings = sum(len(entry.questions) for entry in loaded.entries)
    if not 0 < wordings <= MOST:
        return ""
    separation = Library().base(loaded).decider.separation
    line = f"问答 {len(loaded.entries)} 条，{wordings} 种问法；只看字词，该答的和不该答的有 {separation:.0%} 分得开"
    cure = "，偏低：多补几种问法，相近的合并成一条（qunban kb lint 会列出来）" if separation < POOR else ""
    return line + cure
