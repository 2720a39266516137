"""Words that turn a question into another one: opposites, what is asked for, negations."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Each line is one opposition; words of the same side mean the same.
_OPPOSITES = """
    开 打开 开启 开通 启用 激活 解锁|关 关闭 关掉 停用 停止 禁用 注销 锁定
    充值 充 存 存入 存钱 充钱|提现 取 取出 取钱 取款 提款 退款
    买 购买 买入 购入 下单 进货|卖 出售 卖出 售出 卖掉 转让 退货
    转入 收 收到 收款 进账 借入 到账 领取 接收|转出 付 支付 付款 汇款 借出 转给 发出 发送 寄出
    借 借款 贷款|还 还款 归还 偿还
    前 之前 以前 提前 事前|后 之后 以后 推迟 延期 事后
    上 上面 上涨 涨 涨价 提高 升 升级 增加 调高 变大 放大|下 下面 下跌 跌 降价 降低 降 降级 减少 调低 变小 缩小
    大 大号 偏大 大码|小 小号 偏小 小码
    长 加长|短 剪短
    多 太多|少 太少
    高 偏高|低 偏低
    快 加快|慢 变慢
    贵|便宜
    新 新的 新款 新用户|旧 旧的 老款 老用户
    左 左边|右 右边
    早 早上 上午 白天|晚 晚上 下午 夜里 夜间
    进 进入 进去 加入 入群 入会|出 退出 出去 离开 退群 退会
    安装 装 添加 绑定 加 关注 收藏 开始|卸载 拆 删除 解绑 移除 取消 取关 结束 删
    登录 登陆 上线|退出 登出 下线
    男 男生 男士 爸爸 父亲 老公 儿子|女 女生 女士 妈妈 母亲 老婆 女儿
    热 加热|冷 冷冻 冷藏
    干 干燥|湿 潮湿
    真 真的 正品|假 假的 假货
    公开|隐藏 私密
    线上 网上|线下 门店 实体店
    国内|国外 境外 海外
    成功|失败
    胖 增肥|瘦 减肥
    国产|进口
    冬天 冬季|夏天 夏季
    正面|反面 背面
    里面 内|外面 外
    同意 接受 通过|拒绝 驳回
    签收|拒收
    恢复|清除 清空
    导入 上传|导出 下载
    买家 顾客 客户 乘客 学生 租客 员工|卖家 商家 店家 司机 老师 房东 老板
    本人 自己|别人 他人 对方
    全部|部分
    单次|包月
    首次 第一次|再次 第二次
    吃 空腹|饭后
    临时|长期 永久
    入住|退房
    入职|离职
    结婚|离婚
    怀孕|备孕
    公司|个人
    成人 大人|儿童 小孩
"""

# Each line is one kind of thing; of two questions that name different ones, only one is meant.
_RIVALS = """
    红 红色 白 白色 黑 黑色 蓝 蓝色 绿 绿色 黄 黄色 灰 灰色 粉 粉色 紫 紫色 金色 银色 橙色 棕色 米色 咖色 透明
    微信 支付宝 淘宝 天猫 京东 拼多多 抖音 快手 微博 小红书 美团 饿了么 百度 高德 腾讯 网易 滴滴 钉钉
    花呗 借呗 余额宝 银联 云闪付
    苹果 华为 小米 三星 魅族 荣耀 安卓 鸿蒙 联想 戴尔 惠普 索尼 佳能 尼康
    顺丰 圆通 中通 申通 韵达 邮政 极兔 德邦
    工行 建行 农行 中行 招行 交行 工商银行 建设银行 农业银行 中国银行 招商银行 交通银行
    移动 联通 电信 广电
    北京 上海 广州 深圳 天津 重庆 杭州 南京 成都 武汉 西安 长沙 郑州 济南 青岛 大连 厦门
    河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 陕西 甘肃
    周一 周二 周三 周四 周五 周六 周日 周末 工作日 星期一 星期二 星期三 星期四 星期五 星期六 星期天
    今天 明天 昨天 后天 前天 今年 明年 去年 上周 下周 本周 上个月 下个月 这个月
    春天 夏天 秋天 冬天 春季 夏季 秋季 冬季
    元旦 春节 清明 五一 端午 中秋 国庆 双十一 圣诞 六一八
    小学 初中 高中 大专 专科 本科 硕士 研究生 博士 幼儿园
    爸爸 妈妈 爷爷 奶奶 孩子 宝宝 老人 父母 老公 老婆 男朋友 女朋友 学生 老师 家长 孕妇 同事 老板 房东 租客 司机 乘客
    身份证 护照 驾照 驾驶证 行驶证 户口本 居住证 营业执照 银行卡 信用卡 储蓄卡 社保卡 医保卡 会员卡 公交卡 电话卡
    登录密码 支付密码 交易密码 查询密码
    养老保险 医疗保险 失业保险 工伤保险 生育保险 车险 重疾险 意外险 寿险 医疗险
    面霜 精华 面膜 眼霜 乳液 爽肤水 洁面 防晒霜 卸妆 口红 粉底 洗发水 护发素 沐浴露
    手机 电脑 平板 电视 冰箱 洗衣机 空调 耳机 手表 相机 打印机 路由器 音箱
    猫 狗 兔子 仓鼠 乌龟 鱼
    猪肉 牛肉 羊肉 鸡肉 鸭肉 鱼肉 虾 排骨
    飞机 高铁 火车 地铁 公交 大巴 出租车 轮船
    普通 高级 专业版 标准版 旗舰版 青春版 个人版 企业版 网页版 电脑版 手机版
    换货 退货 维修 补发 退款
    注册 绑定 登录 注销 实名 认证
"""

# What is asked for, and how people ask for it; the first that fits counts. Who, what, which, where and whether pass
# into one another: 有没有好的牌子, 哪个牌子好.
ASPECTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "reason": ("为什么", "为啥", "为何", "怎么回事", "什么原因", "原因", "咋回事", "凭什么", "怎么会"),
        "price": ("多少钱", "价格", "价钱", "什么价", "费用", "收费", "几块", "手续费", "怎么卖", "贵不贵", "租金"),
        "time": ("什么时候", "啥时候", "何时", "几点", "多久", "多长时间", "几天", "几号", "哪天", "哪一年", "几时"),
        "amount": ("多少", "几个", "几次", "几斤", "多大", "多高", "多重", "多远", "额度", "限额", "上限"),
        "difference": ("区别", "不同", "不一样", "差别", "差异", "对比"),
        "way": ("怎么", "如何", "怎样", "咋", "方法", "步骤", "流程", "教程", "办法"),
        "thing": (
            "什么", "啥", "哪", "谁", "几位", "含义", "地址",
            "吗", "能不能", "可不可以", "可以", "能否", "是否", "是不是", "会不会", "有没有", "要不要", "行不行", "么",
        ),
    }
)  # fmt: skip

NEGATIONS = ("不", "没", "无", "未", "别", "勿", "非", "忘", "拒")
# They look like a negation and are none.
NOT_NEGATIONS: Sequence[str] = tuple(
    """
    不错 不好意思 能不能 可不可以 是不是 会不会 有没有 要不要 行不行 好不好 不同 对不对 用不用 不一样
    非常 别人 特别 级别 区别 分别 性别 识别 无线 未来 不过 不仅 除非 是否 需不需要 该不该 差不多
    不断 类别 非要 无论 不管 没事 不见了 不会 忘记密码
    """.split()  # noqa: SIM905
)


def opposites() -> Mapping[str, frozenset[tuple[int, int]]]:
    """For each word, the oppositions it is in: (which, side)."""
    found: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(_OPPOSITES.strip().splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                found.setdefault(word, set()).add((number, side))
    return MappingProxyType({word: frozenset(places) for word, places in found.items()})


def rivals() -> Mapping[str, frozenset[int]]:
    """For each word, the kinds of things it is one of."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_RIVALS.strip().splitlines()):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return MappingProxyType({word: frozenset(kinds) for word, kinds in found.items()})
