"""What somebody may have meant by a word that is not known here."""

import difflib
from collections.abc import Iterable, Sequence

# Ways in which people name the same thing; a word may stand in several groups.
TWINS: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in (
        "name 名称 名字 名 title",
        "names name",
        "reply replies 回复 回答 答复 answer answers response text 内容",
        "any keyword keywords 关键词 关键字 包含 words contains match 任意",
        "all 全部 同时 全部包含 都包含",
        "none not 排除 不含 不包含 except exclude without",
        "exact equals 完全 精确 等于 完全匹配",
        "pattern regex regexp 正则 正则表达式 patterns",
        "groups group 群 群组 群聊 rooms room chats",
        "people person persons members member users user staff 人员 成员 员工",
        "teams team 团队 小组 组 客服组",
        "channels channel doors door 入口 渠道 通道 门",
        "replies reply keywords keyword 回复 关键词 关键词回复 rules",
        "hours hour 时间 时间段 时段 营业时间 工作时间",
        "cooldown cool_down 冷却 冷却时间 间隔 interval",
        "priority 优先级 优先 order weight",
        "roles role 角色 身份 权限",
        "userid user_id 账号 用户 id uid",
        "id chat_id chatid 群号 编号",
        "kind type 类型 种类",
        "files file 文件 path paths",
        "words word 词 词库 词表",
        "enabled enable on 启用 开启 开关 disabled",
        "first_response 首次响应 响应时间 response_time",
        "secret 密钥 app_secret corpsecret password 密码",
        "token 令牌",
        "aes_key encodingaeskey encoding_aes_key aeskey",
        "agent_id agentid 应用编号",
        "corp_id corpid 企业id 企业编号",
        "listen 监听 host port address bind",
        "data 数据 数据目录 dir directory folder",
        "redis valkey",
        "sql database db 数据库",
        "api url base_url 接口 网址",
        "welcome 欢迎 欢迎语 greeting",
        "include 引入 包含文件 import imports includes",
        "features feature 功能",
        "mode 模式",
        "server 服务 服务器",
        "store storage 存储",
        "wecom wework 企业微信 微信 wechat",
        "faq 问答 知识 knowledge 常见问题",
        "timezone 时区 tz time_zone",
        "examples example 例句 例子 示例",
        "schedule schedules 定时 计划 日程",
        "内部群 internal 内部",
        "客户群 external customer 外部群 外部",
        "url callback http webhook 回调",
        "socket websocket ws long 长连接",
        "app 自建应用 应用",
        "aibot bot 智能机器人 机器人",
    )
)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that somebody most likely meant: a Chinese or English twin, else the nearest spelling."""
    choices = list(known)
    plain = word.strip().lower().replace("-", "_")
    if twin := _twin(plain, choices):
        return twin
    lowered = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(plain, lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def _twin(word: str, choices: Sequence[str]) -> str | None:
    groups = [group for group in TWINS if word in group]
    return next((choice for choice in choices if any(choice in group for group in groups)), None)
