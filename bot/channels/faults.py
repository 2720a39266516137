"""What a failed call means for a delivery, in the outbox's terms (errcodes: WeCom doc 90313)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.door import Fault, SendError
from bot.wecom.errors import STALE_TOKEN, Busy, CallError, Misconfigured, NotSent, Unfit, WeComError


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an errcode means for a delivery: its fault, how long to wait, and the cure in a manager's words."""

    fault: Fault
    cure: str
    after: timedelta | None = None


MINUTE = timedelta(minutes=1)

_CONFIGURATION: Mapping[int, str] = {
    40001: "Secret 不对：核对 [[channels]] 的 secret 与管理后台「应用管理」里该应用的 Secret",
    40013: "企业 ID 不对：核对 [wecom] 的 corp_id 与管理后台「我的企业」最下方的企业 ID",
    40056: "agent_id 不对：核对 [[channels]] 的 agent_id 与管理后台该应用的 AgentId",
    41004: "没有填写 Secret：核对 [[channels]] 的 secret",
    48007: "这个客服账号没有授权给应用：在管理后台「微信客服」→「可调用接口的应用」里勾上它",
    95000: "open_kfid 不对：核对 [[channels]] 的 open_kfid 与管理后台「微信客服」里的账号",
    95004: "没有这个客服账号：核对 [[channels]] 的 open_kfid 与管理后台「微信客服」里的账号",
    95011: "账号正在企业微信里使用微信客服：在管理后台「微信客服」改为通过 API 管理",
    95012: "账号没有在企业微信里使用微信客服：在管理后台「微信客服」检查它",
    95017: "微信客服的 API 没有启用：在管理后台「微信客服」→「通过API管理微信客服账号」里启用",
    48002: "应用没有调用这个接口的权限：在管理后台检查应用的权限和可调用接口",
    50003: "应用已被停用：在管理后台「应用管理」启用它",
    60020: "本机公网 IP 不在可信列表：在管理后台该应用的「企业可信IP」里加上它",
    301002: "应用没有被授权：在管理后台检查应用的权限",
    93004: "机器人已被停用：在管理后台启用它",
    **dict.fromkeys(STALE_TOKEN, "刷新后的 access_token 仍不被接受：核对 corp_id、secret 和 api"),
}
_REFUSED: Mapping[int, str] = {
    40003: "成员不存在",
    40004: "文件类型不被接受",
    40006: "文件大小不被接受",
    40007: "附件的 media_id 不被接受",
    40009: "图片大小不被接受",
    40008: "消息类型不被接受",
    40033: "内容里有企业微信不接受的字符",
    40035: "参数不被接受",
    40050: "群不存在",
    40058: "参数不被接受",
    40063: "缺少参数",
    40096: "客户不存在，或没有找过这个客服账号",
    40201: "内容被企业微信判为敏感",
    44001: "文件是空的",
    44004: "内容为空",
    45001: "文件太大",
    45002: "内容太长",
    45008: "图文超过 8 条",
    46004: "成员不存在",
    50002: "成员不在应用的可见范围内：在管理后台「可见范围」里加上他",
    60011: "成员不在应用的可见范围内：在管理后台「可见范围」里加上他",
    60111: "成员不存在",
    81013: "接收人都不在应用的可见范围内：在管理后台「可见范围」里加上他们",
    82001: "接收人都不在应用的可见范围内：在管理后台「可见范围」里加上他们",
    50100: "游标失效",
    95001: "客户没有再说话，5 条已发满",
    95002: "距客户上次说话超过 48 小时",
    95007: "回调里的 Token 失效",
    95013: "会话已经结束",
    95008: "菜单的选项太多",
    95009: "菜单的选项类型不被接受",
    95014: "接待人员不在接待中",
    95018: "会话不在机器人手里",
    93000: "机器人已被移出群，或回复地址已失效",
    93006: "群不存在",
    93008: "机器人不在群里",
    846605: "回复凭证已失效",
    846608: "流式消息超过 6 分钟，不能再改",
}
_TABLE: Mapping[int, Meaning] = {
    -1: Meaning(Fault.BUSY, "企业微信系统繁忙"),
    846609: Meaning(Fault.BUSY, "长连接没有订阅，正在重连"),
    45009: Meaning(Fault.LIMITED, "调用太频繁，被企业微信暂时限制", MINUTE),
    45033: Meaning(Fault.LIMITED, "并发调用太多", timedelta(seconds=2)),
    **{code: Meaning(Fault.CONFIGURATION, cure) for code, cure in _CONFIGURATION.items()},
    **{code: Meaning(Fault.REFUSED, cure) for code, cure in _REFUSED.items()},
}
_UNLISTED = Meaning(Fault.REFUSED, "企业微信没有接受")


def meaning(code: int) -> Meaning:
    """What an errcode means for a delivery; one that is not listed is a refusal."""
    return _TABLE.get(code, _UNLISTED)


def is_listed(code: int) -> bool:
    """Whether an errcode is one that WeCom publishes and we know."""
    return code in _TABLE


def send_error(error: CallError) -> SendError:
    """The delivery's failure behind a call's: its `why` is for managers and holds no secrets."""
    match error:
        case WeComError():
            meant = meaning(error.code)
            return SendError(meant.fault, f"{meant.cure}（{error}）", error.code, meant.after)
        case Unfit():
            return SendError(Fault.REFUSED, error.why)
        case NotSent() | Busy():
            return SendError(Fault.BUSY, str(error))
        case Misconfigured():
            return SendError(Fault.CONFIGURATION, f"不像是企业微信的接口：核对 [wecom] 的 api（{error}）")
        case _:
            return SendError(Fault.UNKNOWN, str(error))
