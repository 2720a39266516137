"""What is said about points, in Chinese."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from handlers.points.boards import Standing
from handlers.points.chain import Account, Entry
from handlers.points.ledger import Ledger
from handlers.points.results import Fixed, Granted, Short, Spent, Undone

ONLY_MANAGERS = "发{unit}、撤销只有{who}能用。"
HOW_TO_GIVE = "这样发：发{unit} 小林 20 活动积极（名字、数量、理由）。"
NOBODY = "没找到「{name}」：用配置里的名字或账号；也可以让对方先在这里说句话。"
SEVERAL = "叫「{name}」的不止一位，请用账号：{ids}。"
TOO_MUCH = "一次最多发 {most}，请分几次，或改 [points] 的 largest。"
NOTHING_TO_UNDO = "没有可以撤销的；要撤销以前的，写上编号，比如「撤销{unit} 17」。"


def mine(
    ledger: Ledger, name: str, account: Account, standing: Standing | None, expiring: tuple[int, date] | None
) -> str:
    """How a member stands."""
    unit = ledger.rules.name
    greeting = f"{name}，你" if name else "你"
    if not account.number:
        return f"{greeting}还没有{unit}，来签到就有。"
    place = f"，总榜第 {standing.place} 名（共 {standing.of} 人）" if standing else ""
    lines = [f"{greeting}有 {account.balance} {unit}{place}。"]
    title, ahead = ledger.rules.level(account.score), ledger.rules.next_level(account.score)
    if title or ahead:
        more = f"再得 {ahead[0] - account.score} 就是「{ahead[1]}」" if ahead else "已经是最高的头衔"
        lines.append(f"「{title}」，{more}。" if title else f"{more}。")
    if expiring and expiring[0]:
        lines.append(f"其中 {expiring[0]} 到 {_day(expiring[1])} 没用就过期。")
    return "\n".join(lines)


def history(unit: str, account: Account, entries: Sequence[tuple[Entry, date]]) -> str:
    """The last entries of a member, the newest first."""
    if not entries:
        return f"还没有{unit}记录。"
    lines = [f"{_day(day)} {entry.source}{_reason(entry)} {entry.amount:+}" for entry, day in entries]
    return "\n".join([f"最近 {len(entries)} 笔，现在 {account.balance} {unit}：", *lines])


def board(title: str, rows: Iterable[tuple[str, int]], standing: Standing | None, is_listed: bool) -> str:
    """The first of a board, and where the one who asked stands."""
    listed = [f"{place}. {name} {score}" for place, (name, score) in enumerate(rows, 1)]
    if not listed:
        return f"{title}还是空的，来当第一个。"
    mine = (
        "你还没上榜。" if standing is None else f"你第 {standing.place} 名，{standing.score} 分，共 {standing.of} 人。"
    )
    return "\n".join([title, *listed, *([] if is_listed and standing and standing.of <= len(listed) else [mine])])


def given(unit: str, name: str, made: Granted) -> str:
    """A manager gave points."""
    if made.repeated:
        return f"这条已经发过了：{name} 现在 {made.account.balance} {unit}。"
    title = f"，升为「{made.title}」" if made.title else ""
    return (
        f"已给{name} {made.amount} {unit}{_reason(made.entry)}，现在 {made.account.balance}{title}。"
        f"发错了回「撤销{unit} {made.entry.id}」。"
    )


def received(unit: str, made: Granted) -> str:
    """To whom a manager gave points."""
    title = f"，升为「{made.title}」了" if made.title else ""
    return f"管理员给了你 {made.amount} {unit}{_reason(made.entry)}，现在 {made.account.balance}{title}。"


def lost(unit: str, made: Spent) -> str:
    """To whom a manager took points away from."""
    return f"管理员扣了你 {-made.entry.amount} {unit}{_reason(made.entry)}，现在 {made.account.balance}。"


def taken_back(unit: str, made: Undone) -> str:
    """To whose points a manager took back, or gave back."""
    which = f"{made.undone.source}的 {made.undone.amount:+} {unit}{_reason(made.undone)}"
    return f"管理员撤销了{which}，现在 {made.account.balance}。"


def taken(unit: str, name: str, made: Spent | Short) -> str:
    """A manager took points away."""
    if isinstance(made, Short):
        return f"{name}只有 {made.account.balance} {unit}，不够扣。"
    return (
        f"已扣{name} {-made.entry.amount} {unit}{_reason(made.entry)}，现在 {made.account.balance}。"
        f"扣错了回「撤销{unit} {made.entry.id}」。"
    )


def undone(unit: str, name: str, made: Undone | Fixed) -> str:
    """A manager took something back."""
    if isinstance(made, Fixed):
        return f"{made.why}。"
    if made.repeated:
        return f"这笔已经撤销过了，{name}现在 {made.account.balance} {unit}。"
    owed = "（不够的以后先还上）" if made.account.balance < 0 else ""
    return f"已撤销{name}的 {made.undone.amount:+} {unit}（{made.undone.source}），现在 {made.account.balance}{owed}。"


def _reason(entry: Entry) -> str:
    return f"（{entry.reason}）" if entry.reason else ""


def _day(day: date | datetime) -> str:
    return f"{day.month}月{day.day}日"
