"""Made-up keyword rules, any number and always the same, and messages that find them equally often."""

import random
from collections.abc import Iterator, Sequence
from itertools import product

THINGS = tuple(
    """
云感面霜 清透精华 氨基酸洁面 舒缓喷雾 修护乳液 防晒霜 卸妆油 眼霜 面膜 爽肤水 身体乳 护手霜 唇膏
试用装 礼盒 小样 会员卡 优惠券 积分 订单 快递 包裹 发票 赠品 退款 门店 直播间 小程序 训练营
打卡 课程 作业 证书 群公告 红包 抽奖 签到 生日礼 换货 保价 预售 尾款 定金 满减 秒杀 团购
自提 上门取件 运费险 售后单 收货地址 支付密码 登录验证码 推荐码 邀请函 兑换码 体验卡 年卡 月卡
加盟
""".split()  # noqa: SIM905
)
ASKED = tuple(
    """
多少钱 什么时候到 怎么用 在哪里买 能不能退 怎么领取 保质期多久 有几种规格 适合敏感肌吗 孕妇能用吗
怎么取消 怎么修改 到期了怎么办 用不了 看不到 没收到 少了一件 坏掉了 颜色不对 味道变了 怎么开通
怎么升级 怎么转让 有什么区别 可以叠加吗 限购几件 几点开始 几点结束 谁可以参加 要不要预约 怎么报名
名额满了吗 在哪里查 怎么绑定 怎么解绑 填错了 想换一个 能便宜吗 有活动吗 还有货吗 什么时候补货
发错了 漏发了 破损了 怎么保存 多久见效 一天几次 早上用还是晚上用 可以一起用吗 过敏了 长痘了
""".split()  # noqa: SIM905
)
PLACES = tuple("一店 二店 三店 四店 五店 六店 七店 八店 九店 十店 总店 分店 南店 北店 东店 西店".split())  # noqa: SIM905
CHAT = tuple(
    """
今天天气真好大家都出门了吗 刚下班在路上堵着呢 哈哈哈哈太好笑了 昨天那部电影你们看了没有
我先去吃饭啦回头聊 周末有没有人一起爬山 好的收到辛苦了 这个颜色我觉得挺好看的就是有点深
孩子明天开学了好紧张 谢谢大家的建议我再想想
""".split()  # noqa: SIM905
)
TYPOS = ("什么时候", "什么时侯"), ("怎么", "zenme"), ("多久", "duojiu"), ("可以", "可已"), ("在哪里", "再哪里")


def words() -> list[str]:
    """All that rules are about, in an order that puts like beside unlike."""
    made = [f"{place}{thing}{asked}" for place, thing, asked in product(PLACES, THINGS, ASKED)]
    random.Random(1).shuffle(made)
    return made


def rules(count: int) -> str:
    """The TOML of so many rules, three words each: whole texts, parts, parts that go together, patterns with a word."""
    made = words()
    return "\n".join(_rule(number, made[3 * number : 3 * number + 3]) for number in range(count))


def _rule(number: int, mine: Sequence[str]) -> str:
    listed = ", ".join(f'"{word}"' for word in mine)
    kind = number % 10
    if kind < 4:
        match = f"exact = [{listed}]"
    elif kind < 7:
        match = f"any = [{listed}]"
    elif kind < 9:
        match = f'all = ["{mine[0][:-3]}", "{mine[0][-3:]}"]'
    else:
        match = f"any = [{listed}]\nregex = '\\d{{4,}}'"
    return f'[[replies]]\nname = "规则{number}"\n{match}\nfuzzy = true\nreply = "这是第 {number} 条的回答"\n'


def messages(count: int) -> Iterator[str]:
    """Endless messages for so many rules: a third finds a rule, a third nearly does, a third is chat."""
    chance, made = random.Random(2), words()
    while True:
        word = made[3 * chance.randrange(count)]
        yield word if chance.random() < 0.5 else f"请问{word}呀，急 20261121"
        yield _mistyped(word) + chance.choice(("", "？", "，谢谢"))
        yield chance.choice(CHAT)


def _mistyped(word: str) -> str:
    for right, wrong in TYPOS:
        if right in word:
            return word.replace(right, wrong)
    return word[:-2] + word[-1] + word[-2]
