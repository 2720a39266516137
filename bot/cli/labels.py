"""What handlers are called where people read about them."""

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "desk input": "客服的话", "halt": "停机", "status": "状态", "desk pictures": "补发图片", "mood": "心情",
    "moderation": "内容检查", "moderation cases": "案件", "allowances": "白名单", "screening": "不能说的话",
    "gate": "停机和人工", "escalating": "请人", "call button": "转人工按钮", "commands": "帮助",
    "escalation": "转人工", "score": "服务评分", "duty": "值班", "points": "积分", "signin": "签到",
    "fair play": "积分核对", "fair play reviews": "积分核对的卡片", "admissions": "允许参加",
    "games": "游戏", "guesses": "猜答案", "game clock": "定时开局",
    "checkin": "打卡", "campaigns": "打卡活动", "checkin clock": "打卡提醒",
    "dialogue": "接着上一句", "keyword": "关键词", "understand": "常见问题", "forms": "表单", "fallback": "兜底",
    "welcome": "欢迎", "desk": "客服台", "broadcast": "定时发送", "schedule": "定时的安排",
    "desk watch": "接待动态", "desk files": "客服台的文件", "desk delay": "晚点发出的话", "desk switch": "换一位客户",
    "points keeping": "积分账本", "holidays": "放假安排", "reports": "客服报表", "notices": "通知", "feedback": "评价",
    "draws": "抽奖", "draw rounds": "开奖", "shop": "兑换", "redemptions": "发放",
    "retention": "清理旧记录", "stale": "来得太晚", "timers": "定时", "fault": "功能出错", "pictures": "画图",
}  # fmt: skip


def label(handler: str) -> str:
    """A handler in a manager's words; one that has none of its own keeps its name."""
    return LABELS.get(handler, handler)
