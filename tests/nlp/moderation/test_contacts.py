"""Contacts in every dress people give them, and numbers that are none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.moderation.contacts import find
from nlp.moderation.contacts.reading import Reading
from nlp.moderation.hit import Judgement

CONTACTS = """
手机号 me call 1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣
手机号 加我 138 0013 8000 详聊
手机号 ➊➌➑➀➁➂➃➄➅➆➇ 找我
手机号 𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎
手机号 幺三八零零幺三八零零零
手机号 tel:+86-139-1234-5678
手机号 1*3*9*1*2*3*4*5*6*7*8
手机号 l39o1234567
手机号 １３９ー１２３４ー５６７８
手机号 139一1234一5678
手机号 ⒈⒊⒐⒈⒉⒊⒋⒌⒍⒎⒏
手机号 ㈠㈢㈧㈠㈡㈢㈣㈤㈥㈦㈧
手机号 一❤三❤九❤一❤二❤三❤四❤五❤六❤七❤八
手机号 打我手机一三九，1234，五六七八
手机号 拨打壹叁玖壹贰叁肆伍陆柒捌
QQ号 扣我 123456789
QQ号 抠抠：12 34 56 789
QQ号 q q 1 2 3 4 5 6 7
QQ号 进群 8 7 6 5 4 3 2 1
QQ号 企-鹅 九八七六五四三
QQ号 🐧🐧 998877665
QQ号 扣扣群号是 ８８７７６６５５
QQ号 秋秋 87654321
QQ号 球球号：87654321
QQ号 加裙 87654321
QQ号 Ｑ群：87654321
微信号 加薇信 abcd1234
微信号 v❤: qwe_8899
微信号 ＋ｖ：lily8899
微信号 加我vx lily_8899
微信号 徽信 hello_world88
微信号 卫❤号 tom20233
微信号 联系V：xiaoming2020
微信号 wx号 xiaomingtongxue
微信号 微信号：xiaomingtongxue
微信号 加微 lily-8899
微信号 绿泡泡 lily8899
微信号 微❤lily8899
微信号 w x: lily8899
微信号 V芯同号 lily8899
微信号 威❤信 13800138
微信号 🅥🅧 lily8899
网址 abc点com
网址 看 www。abc888。net
网址 hxxp://abc888.net/x
网址 打开 abc888[.]com
网址 abc888·vip
网址 ａｂｃ888。ｃｏｍ
网址 abc888，com
网址 w w w . abc888 . com
网址 http://47.98.12.33:8080/x
网址 浏览器输入 xn--fiq.com
网址 www.abc888点top
网址 abc888 [dot] xyz
网址 t.me/abcdef
网址 abc888.bet
邮箱 发到 tom@abc.com
邮箱 tom(at)abc.com
邮箱 123456艾特qq点com
邮箱 tom＠ａｂｃ．ｃｏｍ
邮箱 tom at gmail dot com
其他账号 电报 @goodluck888
其他账号 TG：goodluck888
其他账号 飞机号 goodluck888
""".strip().splitlines()
OTHERS = """
我的订单号是 15912345678 麻烦查一下
快递 13812345678901
2026年11月22日 15:30 到 18:00
价格 13800.00 元
1、3、5、7、9 号有货
第一 第二 第三 第四 第五
三三两两的人，七七八八都走了
一二三四五六七八九十
买一送一，买二送二，买三送三
我有13个，小明有5个，小红9个，共1234567个
参数 138 139 150 151
身高175体重60，尺码110-120
v1.2.3.4 发布了
用的是 Vue.js 和 Node.js
readme.md main.py index.html
下午3点来，晚上8点top榜更新
微信支付失败，错误码 10086
微信8.0.50 版本
微信 windows 版 3.9.12
QQ音乐 2024 年度
加我一个，谢谢
加微信怎么加
扣扣子的时候掉了 12345 颗
微信公众号 qunban 在哪
你加群了吗
微信群里有200人
邮箱收不到验证码
IP 192.168.1.1 连不上
https 证书过期
e.g. this i.e. that etc.
A.B.C 三选一
3.14159265358
工号 13911112222 打卡
会议号 139 1111 2222
银行卡号 6222021234567890123
身份证 110101199003077777
QQ：怎么改密码
微信 iPhone15 收不到消息
你好。me too
嗯嗯。co op
订单 SO20261122001 到哪了
今天步数 12345，昨天 13456
客服电话多少
客服微信是多少
扣款 13812345.67
倒计时 1 0 9 8 7 6 5 4 3 2 1
手机尾号1234
密码是 13579246810 吗
威海到烟台 1234567 路
车牌号为：AX1619
""".strip().splitlines()


@pytest.mark.parametrize("line", CONTACTS)
def test_a_contact_is_found_however_it_is_written(line: str) -> None:
    kind, _, text = line.partition(" ")
    hits = find(text)
    assert kind in [hit.entry.word for hit in hits]
    assert {hit.judgement for hit in hits} == {Judgement.REVIEW}


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_looks_like_a_contact_is_none(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("电话：1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣，谢谢", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6"),
        ("找我139 1234 5678聊", "139 1234 5678"),
        ("看看ａｂｃ888．ｃｏｍ／ｘ 吧", "ａｂｃ888．ｃｏｍ／ｘ"),
        ("加薇信lily_8899领取", "加薇信lily_8899"),
    ],
)
def test_the_place_is_that_of_the_original(text: str, part: str) -> None:
    [hit] = find(text)
    assert text[hit.start : hit.end] in (part, part.removeprefix("加"))


def test_addresses_of_allowed_domains_and_their_subdomains_pass() -> None:
    allowed = ("example.org",)
    assert find("看 https://docs.example.org/a 和 example.org", allowed) == []
    assert [hit.entry.word for hit in find("看 https://badexample.org/a", allowed)] == ["网址"]
    assert find("发到 me@example.org", allowed) == []


@given(st.text())
def test_any_text_is_read_and_every_place_lies_within_it(text: str) -> None:
    reading = Reading.of(text)
    assert len(reading.text) == len(reading.numbers) == len(reading.places)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in find(text))


@given(st.text("1380 一壹①oqvx微信加.。点com@()-", max_size=80))
def test_contacts_found_in_anything_lie_apart_and_in_order(text: str) -> None:
    hits = find(text)
    assert all(one.end <= other.start for one, other in pairwise(hits))
