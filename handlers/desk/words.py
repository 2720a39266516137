"""What the desk says to customers and to staff."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.events import Fetched
from bot.types.ports import Sends
from handlers.desk.effects import Note, ToStaff
from handlers.desk.policy import ALL, Policy
from handlers.desk.ticket import State, Ticket
from handlers.times import spoken_duration, spoken_moment

# Why a person was called, for staff.
ASKED = "客户要求"

NOBODY_HERE = "抱歉，这里还没有接入人工客服，我先尽力帮您。发「帮助」看看我能做什么。"
NOT_IN_GROUP = "抱歉，本群没有开通人工客服，有需要请私聊我。"
EXPIRED = "抱歉，一直没有客服接单，这次先结束了。您可以继续问我，或稍后再发「转人工」。"
UNANSWERED = "抱歉，客服一直没能回复，这次先结束了。您可以继续问我，或再发「转人工」。"
UNSPEAKABLE = "没有发给 {label}：里面有不能说的“{word}”，改一改再发一次。"
UNPASSABLE = "{form}转不了，请用文字回复。"
ASIDE = "客服发来的图片："
PEOPLE = "人工客服"
NOBODY_RECEIVES = "抱歉，现在没有客服在线，请稍后再发「转人工」。我先尽力帮您。"
ASK_SCORE = "这次服务怎么样？回复 1–5 的数字就行（5 最满意）。"
ASK_SCORE_TITLE = "这次服务怎么样？点一下就好"
THANKS = "谢谢您的评价！"
SORRY = "抱歉没让您满意，我请负责人来看。"
LEFT_QUEUE = "好的，不等人工了，接下来由我继续。"
TAKEN = "您已接单"
NOTHING_IN_HAND = "您手上没有进行中的服务。"

FORMS: Mapping[str, str] = {
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "file": "文件",
    "location": "位置",
    "link": "链接",
    "mixed": "图文",
}


def form_name(form: str) -> str:
    """WeCom's msgtype as people call it."""
    return FORMS.get(form, "这类消息")


def queued(ticket: Ticket, first_response: timedelta) -> str:
    """To the customer, in the team's hours."""
    soon = spoken_duration(first_response)
    return f"已转给{ticket.team}（#{ticket.id}），{soon}内会有人接。等的时候可以继续问我。"


def queued_off_hours(ticket: Ticket, opens: datetime | None, now: datetime, timezone: ZoneInfo) -> str:
    """To the customer, outside the team's hours."""
    when = f"{spoken_moment(opens, now, timezone)} 上班后" if opens else "上班后"
    return f"{ticket.team}现在不在班，您的问题已记下（#{ticket.id}），{when}会有人联系您。等的时候可以继续问我。"


def queued_until(ticket: Ticket, until: datetime, now: datetime, timezone: ZoneInfo) -> str:
    """To the customer, shortly before the team's hours end."""
    when = spoken_moment(until, now, timezone)
    return f"已转给{ticket.team}（#{ticket.id}），快下班了，{when} 前有人接。等的时候可以继续问我。"


def passed(ticket: Ticket, staff: str) -> str:
    """To the customer whose staff member asks a colleague."""
    return f"正在请客服{staff}接着为您服务，请稍等。"


def passed_to_team(ticket: Ticket) -> str:
    """To the customer who goes to another team, before what that one promises."""
    return f"您的问题由{ticket.team}处理更合适。"


def slow_owner(ticket: Ticket, staff: str, when: Sends) -> str:
    """To a customer who is served, but has had no answer in time."""
    return f"久等了，客服{staff}还没能回复，我又催了一次（#{ticket.id}）。{_speak_up(when)}"


def handed_over(ticket: Ticket) -> str:
    """To the customer who is given to somebody who answers in WeCom's own client."""
    return f"已转人工（#{ticket.id}），接下来由客服回复您。"


def pooled(ticket: Ticket) -> str:
    """To the customer who waits there for somebody."""
    return f"已转人工（#{ticket.id}），正在排队，客服接入后会回复您。想先问机器人，就发「结束人工」。"


def nobody_receives(ticket: Ticket) -> str:
    """To the customer, when nobody receives there but the team was called at the desk."""
    return f"客服现在都不在线，已通知{ticket.team}（#{ticket.id}），有人接单就回复您。等的时候可以继续问我。"


def already_queued(ticket: Ticket) -> str:
    """To a customer who asks again."""
    return f"已经在为您排队了（#{ticket.id}），客服一接单就会回复您。"


def already_owned(staff: str) -> str:
    """To a customer who is being served."""
    return f"客服{staff}正在为您服务，直接说就行。"


def slow(ticket: Ticket, when: Sends) -> str:
    """To a customer whom nobody took in time; `when` the door shows what is not said in answers."""
    return f"久等了，{ticket.team}还在忙，我又催了一次（#{ticket.id}）。{_speak_up(when)}"


def back_in_queue(when: Sends) -> str:
    """To the customer whose staff member went away."""
    return f"客服暂时走开了，已重新为您排队，会尽快有人接。{_speak_up(when)}"


def off_hours(ticket: Ticket, staff: str, opens: datetime | None, now: datetime, timezone: ZoneInfo) -> str:
    """To a customer who is served and writes after hours."""
    when = f"{spoken_moment(opens, now, timezone)} 上班，" if opens else ""
    return f"{ticket.team}已经下班了，客服{staff}{when}上班后回复您（#{ticket.id}）。"


def _speak_up(when: Sends) -> str:
    """Where a bot may only answer, its customer has to say something for the next words to get through."""
    return "您再说一句话，我就能把客服的回复带给您。" if when == "later" else ""


def introduced(staff: str) -> str:
    """To the customer, when somebody takes over."""
    return f"客服{staff}为您服务。"


def first_words(ticket: Ticket, staff: str, body: str) -> str:
    """A staff member's first words, where nothing could be said before them."""
    to = f"{ticket.name}，" if ticket.conversation.place == "group" and ticket.name else ""
    return f"{to}{introduced(staff)}\n{body}"


def relayed(ticket: Ticket, staff: str, body: str) -> str:
    """A staff member's words as the customer sees them."""
    to = f"回复 {ticket.name}" if ticket.conversation.place == "group" and ticket.name else ""
    return f"客服{staff}{to}：{body}"


def shows(ticket: Ticket, staff: str) -> str:
    """To the customer, before a picture or file of a staff member."""
    to = f"给 {ticket.name} " if ticket.conversation.place == "group" and ticket.name else ""
    return f"客服{staff}{to}发来："


def shows_later(ticket: Ticket, staff: str) -> str:
    """To the customer, where a picture comes only with the answer to a message."""
    to = f"给 {ticket.name} " if ticket.conversation.place == "group" and ticket.name else ""
    return f"客服{staff}{to}发来一张图片，您再说一句话就能看到。"


def sent_before(count: int) -> str:
    """To the team, on the card of a ticket: what they get when they take it."""
    return f"［{count} 个图片或文件，接单后转给您］"


def not_passed(ticket: Ticket, event: Fetched) -> str:
    """To the owner, about what a customer sent."""
    return f"{ticket.label} 发来的{_named(event)}没能转给您：{event.why}。"


def not_passed_on(ticket: Ticket, event: Fetched) -> str:
    """To the owner, about what they sent."""
    return f"{_named(event)}没有转给 {ticket.label}：{event.why}。"


def too_late(event: Fetched) -> str:
    """To staff whose service has ended."""
    return f"{_named(event)}没有转出去：这次服务已经结束。"


def passed_on(ticket: Ticket, event: Fetched, when: Sends) -> str:
    """To the owner, about what they sent: `when` as the door says."""
    how = {"later": "，对方下次说话时就能看到", "never": "，但那边收不了，只看得到名字"}.get(when, "")
    return f"{_named(event)}已发给 {ticket.label}{how}。"


def _named(event: Fetched) -> str:
    """What was sent, with its name where that tells something."""
    name = f"“{event.file.name}”" if event.file and event.form == "file" else ""
    return form_name(event.form) + name


def last_one(ticket: Ticket) -> str:
    """To the owner whose words were the last that fit."""
    return f"已发给 {ticket.label}。企业微信只让连发 5 条，这是最后一条：对方再说话之前，您后面写的会先留着。"


def ended(staff: str) -> str:
    """To the customer, when the staff member ends it."""
    return f"{staff}结束了这次人工服务，接下来由我继续。还需要人工就发「转人工」。"


def ended_by_customer() -> str:
    """To the customer who ends it."""
    return "好的，人工服务已结束，接下来由我继续。"


def ended_idle() -> str:
    """To the customer, when nobody has spoken for long."""
    return "有一阵没有新消息，这次人工服务先结束了。还需要人工就发「转人工」。"


def dismissed(ticket: Ticket) -> str:
    """To the customer whose ticket was closed without a conversation."""
    return f"您的请求（#{ticket.id}）已由{ticket.team}处理。还需要人工就发「转人工」。"


def called(ticket: Ticket) -> str:
    """To the team's group."""
    where = ticket.group or ("群聊" if ticket.conversation.place == "group" else "一对一")
    return f"{ticket.label}（来自{where}）找{ticket.team}，请在应用里点「接单」。"


def over(ticket: Ticket, owner: str) -> str:
    """On the cards of those who cannot take it any more, in ten characters."""
    match ticket.state:
        case State.ASSIGNED:
            return f"已请{owner}接"
        case State.OWNED | State.WAITING:
            return f"{owner}已接单"
        case State.QUEUED:
            return "请看新卡片"
    return "已结束"


def waits(ticket: Ticket, for_how_long: timedelta) -> str:
    """To the team."""
    where = "，请到微信客服里接入。" if ticket.native else "，还没有人接单。"
    return f"{ticket.label} 已等 {spoken_duration(for_how_long)}{where}"


def noted(effect: ToStaff, ticket: Ticket, before: Ticket, now: datetime, policy: Policy) -> str:
    """What staff are told of a ticket."""
    if effect.note == Note.REMINDED:
        return _reminded(ticket, before, effect.share, now, policy)
    if effect.note == Note.DUE:
        whole = spoken_duration(policy.resolution or timedelta(0))
        late = "已经超时" if effect.share >= ALL else f"时间过了 {effect.share}%"
        return f"{ticket.label} 说好 {whole}内办完，{late}。"
    return _NOTED[effect.note](ticket)


def _reminded(ticket: Ticket, before: Ticket, share: int, now: datetime, policy: Policy) -> str:
    waited = max(now - (before.since or ticket.opened_at), timedelta(0))
    if not before.owner:
        return waits(before, waited)
    if before.state == State.ASSIGNED:
        return f"{ticket.label} 等您接单，客户已等 {spoken_duration(waited)}。"
    more = "，已经超时，请马上回复。" if share >= ALL else "。"
    where = "在微信客服里" if ticket.native else ""
    return f"{ticket.label} {where}等您回复 {spoken_duration(waited)}了{more}"


_NOTED: Mapping[Note, Callable[[Ticket], str]] = {
    Note.AGAIN: lambda ticket: f"{ticket.label}：您要我这时提醒，现在到点了。",
    Note.OPENED: lambda ticket: f"上班了：{ticket.label} 还在等您回复。",
    Note.MISSED: lambda ticket: f"{ticket.label} 没等到您接单，去请别人了。",
    Note.LOST: lambda ticket: f"{ticket.label} 等您太久，已放回队列。",
    Note.TAKEN_OVER: lambda ticket: f"{ticket.label} 已由别人接手，不用您再回复。",
    Note.IDLE: lambda ticket: f"{ticket.label} 很久没有新消息，已结束。",
    Note.LEFT: lambda ticket: f"{ticket.label} 结束了人工服务。",
    Note.CLOSED: lambda ticket: f"{ticket.label} 已被结束，不用您再回复。",
    Note.EXPIRED: lambda ticket: f"{ticket.label} 一直没人接，已{'交还机器人' if ticket.native else '关闭'}。",
    Note.UNANSWERED: lambda ticket: f"{ticket.label} 等您太久，已交还机器人。",
}
