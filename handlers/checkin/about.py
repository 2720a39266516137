"""Whether what stands beside 打卡 is about the campaign, or is what somebody did. Pure.

A record that is refused costs a day and a streak, a question that is taken for one only its answer: in doubt it is one.
"""

from collections.abc import Sequence

import regex

# What is longer is no question and no order.
LONGEST = 60
_CLAUSE = regex.compile(r"[^\s,，.。;；:：!！、~～…?？]+[?？]*")
_POLITE = regex.compile(r"(?:[你您]好|谢谢[你您]?|多谢|请问|麻烦了?|拜托了?|有?点?急|在线等|亲|老师|管理员|群主)+")
_END = r"[了吗吧啊呀呢去来亲急]*$"

# What only somebody who did something has to tell: 跑了五公里, 看完第二章, 读书十分钟.
_DID = regex.compile(
    r"[读看背学练听写抄画唱跳跑走爬骑游做吃喝睡讲聊教洗刷敷记复习动补理扫]"
    r"(?:[了过](?!几)|完)(?![吗吧啊呀呢没怎还就才能可要是有算也不后再]|$)"
)
_AMOUNT = regex.compile(
    r"[\d一二两三四五六七八九十百千万半]+[多来几]?个?"
    r"(?:页|章|公里|千米|米|步|分钟|小时|单词|遍|组|杯|节|首|题|道|课|本|圈|篇|斤|集|套|段|[kK])"
)

_OURS = r"(?:(?<!微)积分|奖励|奖品|证书|提醒|规则|名单|人数|报名|截止|进度|排名|天数|活动)"
_SMALL = (
    r"(?:请问|我们?|你们?|大家|今[天晚早]|昨天|明天|每天|周末|现在|最[少多晚早]|至少|一[天共]|打(?:卡|到|满)?"
    r"|可以|[发写]|那|这个?|[还都又也要能有在得必须会的])*"
)
_ASKS = (
    r"(?:请问|怎么(?!也|都|说)|怎样|如何|为?什么(?!都|也)|啥时候|为啥|多少[天分积字次钱人张]|几[点号个次]|几天[能可才算]"
    r"|多久|[在到]哪(?!怕|吒)|哪(?:里|儿|天)|[能可是要会算]不[能可是要会算]|有没有|谁(?!都|也|说|能想))"
)
_QUESTION = regex.compile(
    "|".join(
        (
            rf"{_SMALL}{_ASKS}",
            rf"(?=.*{_OURS}).*{_ASKS}",
            r".*(?:吗[亲啊呀]*|[怎咋]么?(?:办|算|打|补|领|参加)|怎么回事|会怎么?样|[了过]没有?|[在到]哪[里儿]?|[是有要发写]什么"
            r"|算不算|[能行]不[能行]|(?:来得及|可以)不)[呢啊呀?？]*$",
        )
    )
)

_BROKEN = (
    r"(?:没(?:有)?(?:到账?|收到|反应|显示|成功|算进|给我[算加记发]?|(?:记录|[算加记发])(?=[了吗啊呀]*$|给我))"
    r"|收不到|[发看点打]不[出了到动开]|不对|不见了|出错|失败(?=[了吗啊呀]*$))"
)
_SHOWN = r"(?:(?<!微)积分|奖励|奖品|证书|提醒|图片|照片|按钮|记录|链接|机器人|名字|天数|系统)"
_WHEN = (
    r"(?:[我的又也还都是]|今天|昨天|前天|现在|今早|早上|中午|晚上|明明|[打发交][了完过]+卡?|一直|总是|老是|怎么"
    r"|显示|提示)*"
)
_CHANGED = (
    r"(?:取消|退出|报名|参加|补|改|查|登记|关闭)(?:一?下)?(?:我的)?"
    rf"(?:[昨前今]天的?|这个)?(?:打卡|挑战|记录|内容|名字|{_OURS})*(?:的?报名)?{_END}"
)
# 积分没到账, 没收到证书, 提醒太晚了; 帮我取消报名, 我想退出, 提醒我打卡, 补昨天的.
_WANTED = regex.compile(
    "|".join(
        (
            rf".*{_SHOWN}.{{0,6}}{_BROKEN}",
            rf".*{_BROKEN}{_SHOWN}",
            r".*(?:(?<!微)积分|提醒|奖励|证书).{0,2}太[晚早少慢]",
            rf"(?:我|不|想|要|申请|再|请|帮[我忙]|麻烦|[你您])*{_CHANGED}",
            rf"(?:请|麻烦|记得|可以|每[天晚]|明天|早上|晚上|[\d一二两三四五六七八九十]+点|半)*提醒我(?:打卡|一下)*{_END}",
            r"我?(?:不要|不用|别|取消|关闭|不想)(?:[再总老]|收到)*提醒",
            rf"{_WHEN}补(?:签|打卡?){_END}",
        )
    )
)
# 今天忘了, 昨天没打, 没反应, 这样可以？: of what, only the rest of the message tells.
_MISSED = regex.compile(
    "|".join(
        (
            rf"{_WHEN}(?!失败){_BROKEN}{_END}",
            rf"{_WHEN}(?:忘(?:记|了)|漏)(?:了|打)?卡?(?:一[天次])?{_END}",
            rf"{_WHEN}没有?打[卡上]?{_END}",
            rf"我?(?:[昨前]天|明明)+打[了过完]卡?{_END}",
            r".*[?？]$",
        )
    )
)
# Right behind 打卡 these speak of it: 打卡机坏了, 打卡的人, 打卡不了; no 打卡机器学习.
_OF_IT = regex.compile(
    r"的(?!第)|(?:[机点率制表群器]|地点|时间|系统|考勤|活动|软件|小程序|功能|积分|规则|奖励)"
    r"(?:[坏在是有没不太怎什几多过到闪二里]|$)"
    r"|不了|不上(?![班学课])|失败|没(?:有)?(?:成功|用|反应)|(?:可以|有|能|会|送|给|加).{0,3}积分"
)


def is_about(said: str) -> bool:
    """Whether something asks about a campaign, complains of it or wants it changed: 积分没到账, 帮我取消报名."""
    parts = _clauses(said)
    is_wanted = any(map(_WANTED.match, parts)) or all(_MISSED.match(part) or _QUESTION.match(part) for part in parts)
    return is_question(said) or (bool(parts) and is_wanted and not _tells(parts))


def is_question(said: str) -> bool:
    """Whether something only asks: 现在还来得及吗, 你们几点关门呢."""
    parts = _clauses(said)
    return bool(parts) and _QUESTION.match(parts[-1]) is not None and not _tells(parts)


def goes_on(said: str) -> bool:
    """Whether something right behind 打卡 speaks of that: 打卡机坏了."""
    return _OF_IT.match(said) is not None and not _tells(_clauses(said))


def _tells(parts: Sequence[str]) -> bool:
    """Whether one of them is what somebody did; how much is also asked: 要走一万步吗."""
    return any(_DID.search(part) or (_AMOUNT.search(part) and not _QUESTION.match(part)) for part in parts)


def _clauses(said: str) -> Sequence[str]:
    """The parts of what is said, none of what is too long to be anything but a record."""
    parts = _CLAUSE.findall(said) if len(said) <= LONGEST else ()
    return [part for part in parts if not _POLITE.fullmatch(part)]
