"""How satisfied people say they are, however they say it."""

import pytest

from handlers.desk.rating import score_of

SAID = {
    5: "5 ５ ⑤ 5分 5颗星 打5分 我给5分 给个5分 五分 五星 五颗星 五星好评 5星好评 满分 100分 十分 "
    "5。 5！ 5️⃣ (5) 很满意 非常满意  "
    "十分满意 超满意 太满意了 很满意，谢谢 服务很好 非常好 太棒了 好评 👍 👍🏻 [强] "
    "⭐⭐⭐⭐⭐ ⭐️⭐️⭐️⭐️⭐️ ★★★★★ 5分好评 5很满意 真不错",
    4: "4 四分 四星 ⭐⭐⭐⭐ ★★★★☆ 满意 满意！ 滿意 挺满意的 比较满意 还不错 挺好的 不错 4星 服务不错 我觉得不错",
    3: "3 三分 ③ 一般 一般般 一般吧 还行 还行吧 还可以 凑合 中评 ⭐⭐⭐ 3 一般",
    2: "2 二分 两分 两颗星 ② ★★ 不满意 不太满意 不是很满意 不怎么满意 有点不满意 不怎么样 不太好 比较差 2分吧",
    1: "1 一分 一星 ① ⭐ 很不满意 非常不满意 一点都不满意 完全不满意 太不满意了 差评 太差了 很差 "
    "垃圾 很失望 👎 [弱] 评分：1",
}
NONE = (
    "好的 好 可以 行 谢谢 嗯 知道了 五 一 两 6 0 12 1.5 55 15 5个 5点 5号 要5份 满意吗 好吗？ "
    "5？ 我不太满意这个商品的颜色  "
    "1个小时了还没到 怎么打分 几分 评分在哪 ⭐⭐⭐⭐⭐⭐ ☆☆☆ 转人工 一般几天到 还可以退吗 "
    "不好意思 差多少 差两件 4折 第5个 满意度 v5 强 弱 十 赞助"
)


@pytest.mark.parametrize(("score", "text"), [(score, text) for score, texts in SAID.items() for text in texts.split()])
def test_a_score_is_understood_however_it_is_said(score: int, text: str) -> None:
    assert score_of(text) == score


@pytest.mark.parametrize("text", [*NONE.split(), "", " ", "5 4", "5 个 快递"])
def test_other_words_are_no_score(text: str) -> None:
    assert score_of(text) == 0


def test_a_score_may_have_spaces_in_it() -> None:
    assert [score_of(text) for text in (" 5 ", "5 分", "给 5 分", "★ ★ ★", "不满意 。")] == [5, 5, 5, 3, 2]
