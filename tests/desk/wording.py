"""What people are told at the desk, by what it means to them: the only place that knows the words."""

import re

# What customers say.
CALL = "转人工"
LEAVE = "结束人工"


def question(number: int) -> str:
    """Something that the bot can answer."""
    return f"编号{number}"


def answer(number: int) -> str:
    """The bot's answer to it, and nobody else's."""
    return f"答案{number}"


def holds(text: str, token: str) -> bool:
    """Whether a text has a question, an answer or words with that number, and not with a longer one."""
    return re.search(re.escape(token) + r"(?!\d)", text) is not None


# What customers are told. The first that is found counts.
ALREADY = re.compile("已经在为您排队|正在为您服务")
SERVED = re.compile(r"客服(\w{1,6}?)(?<!接着)(?<!正在)为您服务")
WORDS = re.compile(r"^客服([^\s：回]{1,8})(?:回复 [^：]*)?：")
LATE = re.compile("久等了")
OVER = re.compile(
    "结束了这次人工服务|人工服务已结束|这次人工服务先结束|已由.{1,12}处理|没有客服接单|客服一直没能回复|不等人工了"
)
PROMISED = re.compile("已转给|重新为您排队|您的问题已记下|接着为您服务|请负责人来看")

# What staff are told of a ticket, which is always named.
TICKET = re.compile(r"#(\d+) ?([A-Za-z][A-Za-z0-9]*)?")
HAS = re.compile("您在服务")
LOST = re.compile("放回队列|已结束|结束了|已被结束|别人接手|已接单|交还|已关闭")
REFUSED = re.compile("没有进行中|负责。|还没有接|还没有人接|没有发给|没有发出去|手上没有|不能使用|不是您|没有 ?#")
