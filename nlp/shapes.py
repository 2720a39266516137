"""Characters that are taken for each other because they look alike."""

from collections.abc import Mapping
from types import MappingProxyType

# What shape-based input, handwriting and reading from pictures mix up; each group looks alike.
_GROUPS = """
    己已巳 末未 侯候 折拆析 货贷 免兔 拔拨 洗冼 券卷 微徽 即既 日曰 今令 天夭 大太犬 千干于 士土 午牛 王玉主 住往
    治冶 间问 体休 帐账 快块 睛晴清请情 辨辩 人入 刀力 友支 历厉 风凤 木本 白自 目且 右石 田由甲申 术木 用甩 写与
    密蜜 诉拆 班斑 查香 票栗 该孩刻 借惜 待侍 径经 络洛 签检验 输愉 转传 推谁 坏环怀 极级 收牧 李季 第弟 远运 近进
    完宪 额颜 价介 伙灰 抢枪 报服 晚挽 换唤 陪赔倍 模摸膜 消悄稍 幕慕暮 偏骗编遍篇 值植直 样洋 饮饭 登凳
""".split()  # noqa: SIM905
_ALIKE: Mapping[str, str] = MappingProxyType(
    {
        letter: "".join(sorted({other for group in _GROUPS if letter in group for other in group} - {letter}))
        for letter in sorted(set("".join(_GROUPS)))
    }
)


def alike_in_shape(letter: str) -> str:
    """The characters that look like this one."""
    return _ALIKE.get(letter, "")
