"""Quizzes: what is right, who was first, what everybody answered, and what it brings."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.types.ports import Shelf
from handlers.games.game import Turn
from handlers.games.quiz.bank import MOST_QUESTIONS, Question, load
from handlers.games.quiz.game import Asked, Quiz
from handlers.games.quiz.judging import chosen, is_right
from handlers.games.quiz.settings import QuizEntry
from nlp.sounds import Sounds
from tests.handlers.games.conftest import MakeRoom

BANK = """题目,选项A,选项B,选项C,答案,解析
太阳从哪边升起？,东边,西边,北边,A,地球自西向东转。
水的化学式是什么？,H2O,CO2,O2,H2O,
"""
QUIZ = """
[[quiz]]
name = "常识"
files = ["bank.csv"]
start = "所有人"
rounds = 2
"""
CHOICE = Question("太阳从哪边升起？", ("东边",), ("西边", "东边", "北边"), "地球自西向东转。")
WORDS = Question("VC 是什么？", ("维生素C", "抗坏血酸"), (), "")


@pytest.fixture(scope="module")
def sounds(shelf: Shelf) -> Sounds:
    return shelf.get("keyword.sounds", Sounds.load)


@pytest.fixture
def quiz(tmp_path: Path, sounds: Sounds) -> Quiz:
    (tmp_path / "bank.csv").write_text(BANK, encoding="utf-8")
    return made(tmp_path, sounds)


def made(folder: Path, sounds: Sounds, **more: object) -> Quiz:
    entry = QuizEntry.model_validate({"name": "常识", "files": "bank.csv", **more}, context={"base": folder})
    return Quiz(title="常识", state=Asked, entry=entry, sounds=lambda: sounds)


def turn(state: Any, by: str = "", text: str = "", **more: Any) -> Turn[Any]:
    names = {"lin": "小林", "man": "小满"}
    return Turn(state=state, chance=Random(1), by=by, text=text, names=names, **more)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("A", 0), ("ｂ", 1), ("选B", 1), ("我觉得是B吧", 1), ("2", 1), ("②", 1), ("第二个", 1), ("东边", 1),
        ("东变", 1), ("dongbian", 1), ("应该是东边", 1), ("C.", 2), ("D", None), ("南边", None), ("怎么退货", None),
        ("", None),
    ],
)  # fmt: skip
def test_an_option_may_be_named_in_many_ways(text: str, at: int | None, sounds: Sounds) -> None:
    assert chosen(text, CHOICE.options, lambda: sounds) == at


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("维生素C", True), ("維生素Ｃ", True), ("是维生素c吧", True), ("抗坏血酸", True), ("抗坏学酸", True),
        ("答案是抗坏血酸！", True), ("维生素B", False), ("酸", False), ("不知道", False), ("", False),
    ],
)  # fmt: skip
def test_an_answer_may_be_typed_in_many_ways(text: str, right: bool, sounds: Sounds) -> None:
    assert is_right(text, WORDS, lambda: sounds) is right


def test_the_first_right_answer_counts_and_each_has_one_try(quiz: Quiz) -> None:
    state = Asked((CHOICE, WORDS))
    wrong = quiz.move(turn(state, "man", "A"))
    assert wrong is not None
    assert (wrong.say, wrong.wait, wrong.score) == ("不对，这一题你答过了，看看别人。", None, {})
    again = quiz.move(turn(wrong.state, "man", "B"))
    assert again is not None
    assert (again.say, again.score) == ("这一题你已经答过一次了，等下一题。", {})
    right = quiz.move(turn(wrong.state, "lin", "B"))
    assert right is not None
    assert right.say == "小林答对了：B. 东边。地球自西向东转。\n\n第 2 题：VC 是什么？"
    assert (right.score, right.state.at, right.state.tried) == ({"lin": 1}, 1, ())


def test_words_that_may_be_an_answer_are_one_only_when_nobody_else_knows_them(quiz: Quiz) -> None:
    state = Asked((WORDS, CHOICE))
    assert quiz.move(turn(state, "lin", "怎么退货")) is None
    wrong = quiz.move(turn(state, "lin", "维生素B", last=True))
    assert wrong is not None and wrong.say == "不对，再想想。"
    assert (
        quiz.move(turn(state, "lin", "我有一个很长的问题想要请教大家，请问护肤的顺序到底是怎样的才好呢", last=True))
        is None
    )
    found = quiz.move(turn(wrong.state, "lin", "维生素C"))
    assert found is not None and found.score == {"lin": 1}


def test_where_everybody_answers_only_the_last_word_counts(tmp_path: Path, quiz: Quiz, sounds: Sounds) -> None:
    quiz = made(tmp_path, sounds, mode="人人答")
    state = Asked((CHOICE, WORDS))
    for member, text, said in (
        ("lin", "B", "记下了，已有 1 人答，时间到揭晓。"),
        ("man", "B", "记下了，已有 2 人答，时间到揭晓。"),
        ("man", "C", "改好了，已有 2 人答，时间到揭晓。"),
    ):
        step = quiz.move(turn(state, member, text))
        assert step is not None and (step.say, step.score, step.wait) == (said, {}, None)
        state = step.state
    over = quiz.ring(turn(state))
    assert "答案是 B. 东边。答对的：小林（1/2）。" in over.say
    assert over.score == {"lin": 1}
    assert over.state.answers == {}


def test_who_was_right_is_counted_though_the_question_is_skipped(tmp_path: Path, quiz: Quiz, sounds: Sounds) -> None:
    quiz = made(tmp_path, sounds, mode="人人答")
    state = Asked((CHOICE, WORDS), answers={"lin": True, "man": False})
    assert (step := quiz.move(turn(state, "boss", "跳过", leads=True))) is not None
    assert step.say.startswith("跳过，答案是 B. 东边。答对的：小林（1/2）。地球自西向东转。")
    assert (step.score, step.state.at, step.state.answers) == ({"lin": 1}, 1, {})


def test_who_plays_alone_waits_for_nobody(quiz: Quiz) -> None:
    state = Asked((CHOICE, WORDS))
    wrong = quiz.move(turn(state, "lin", "A", alone=True))
    assert wrong is not None and wrong.say.startswith("不对，答案是 B. 东边。")
    assert wrong.state.at == 1
    skipped = quiz.move(turn(wrong.state, "lin", "跳过", alone=True, leads=True))
    assert skipped is not None and skipped.over and "维生素C" in skipped.say


def test_nobody_is_asked_on_where_nobody_answers(quiz: Quiz) -> None:
    state = Asked((CHOICE, WORDS, CHOICE, WORDS))
    first = quiz.ring(turn(state))
    assert not first.over
    assert quiz.ring(turn(first.state)).over
    tried = quiz.move(turn(first.state, "lin", "维生素B", last=True))
    assert tried is not None and not quiz.ring(turn(tried.state)).over


def test_questions_and_options_come_in_an_order_of_chance(quiz: Quiz) -> None:
    orders = {quiz.begin(Turn(state=None, chance=Random(seed))).state.questions for seed in range(30)}
    assert len({tuple(question.ask for question in questions) for questions in orders}) == 2
    assert len({question.options for questions in orders for question in questions}) > 4
    once, again = (quiz.begin(Turn(state=None, chance=Random(7))) for _ in range(2))
    assert once == again


def test_the_best_get_more_where_several_play(quiz: Quiz) -> None:
    assert quiz.rewards(turn(None, scores={"lin": 2, "man": 1, "boss": 0})) == {"lin": 9, "man": 2}
    assert quiz.rewards(turn(None, scores={"lin": 2})) == {"lin": 4}


def test_a_bank_is_read_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("题干,选项,正确答案,解释\n一加一？,一｜二｜三,二,\nVC？,,维生素C｜抗坏血酸,好\n", encoding="gbk")
    bank = load([path])
    assert bank.problems == ()
    assert bank.questions == (
        Question("一加一？", ("二",), ("一", "二", "三")), Question("VC？", ("维生素C", "抗坏血酸"), (), "好"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "options", "answer"),
    [
        ("题目,选项A,选项B,答案\n一？,红；黄,绿,B\n", ("红；黄", "绿"), "绿"),
        ("题目,选项A,选项B,答案\n一？,红；黄,绿,红；黄\n", ("红；黄", "绿"), "红；黄"),
        ("题目,选项A,选项B,答案\n一？,红；黄,绿,红;黄\n", ("红；黄", "绿"), "红；黄"),
        ("题目,选项C,B,答案,选项1\n一？,蓝,绿,A,红\n", ("红", "绿", "蓝"), "红"),
        ("题目,选项A,选项B,选项C,答案\n一？,对,错,,B\n", ("对", "错"), "错"),
        ("题目,选项,选项C,答案\n一？,对；错,都不是,C\n", ("对", "错", "都不是"), "都不是"),
    ],
)
def test_an_option_is_what_stands_under_its_letter(
    table: str, options: tuple[str, ...], answer: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    bank = load([tmp_path / "a.csv"])
    assert bank.problems == ()
    assert bank.questions == (Question("一？", (answer,), options),)


def test_what_is_more_than_a_bank_holds_is_told(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        rows = [f"{name}{number}？,二\n" for number in range(2501)]
        (tmp_path / name).write_text("".join(["题目,答案\n", *rows]), encoding="utf-8")
    bank = load([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert len(bank.questions) == MOST_QUESTIONS == 5000
    assert [(one.file, one.line, one.warning) for one in bank.problems] == [(str(tmp_path / "b.csv"), 2501, True)]
    assert "最多 5000 题，从这里起有 2 题没有用上" in bank.problems[0].message


@pytest.mark.parametrize(
    ("name", "text", "line", "cure"),
    [
        ("a.csv", "题目,选项A,选项B,选项C,选项D,答案\n一？,红,,绿,蓝,C\n", 2, "选项B 空着"),
        ("a.csv", "题目,选项A,B,选项A,答案\n一？,红,绿,红,A\n", 2, "选项A 写了两次"),
        ("a.csv", "题目,选项,选项B,答案\n一？,红；绿,蓝,B\n", 2, "选项B 写了两次"),
        ("a.toml", '[[question]]\nquestion = "一？"\nanswer = "一"\noptions = ["一",\n""]\n', 5, "选项B 空着"),
        ("a.csv", "题目,选项A,选项B,选项C,选项D,答案\n一？,红,红,绿,蓝,D\n", 2, "和前面的选项一样"),
        ("a.csv", f"题目,选项A,选项B,答案\n一？,红,{'黄' * 41},{'黄' * 41}\n", 2, "最多 40 个字"),
        ("a.csv", "题目,选项\n一？,二\n", 1, "要有“题目”和“答案”两列"),
        ("a.csv", "题目,选项A,选项B,答案\n一？,是,否,是\n二？,是,否,C\n", 3, "答案不在选项里"),
        ("a.csv", "题目,答案\n,二\n", 2, "写上题目"),
        ("a.csv", "", 1, "还没有题目"),
        ("a.toml", '[[question]]\nquestion = "一？"\n', 1, "缺少 answer"),
        ("a.toml", '[[question]]\nquestion = "一？"\nanswer = "一"\noptions = ["一"]\n', 4, "2 到 8 个"),
        ("a.toml", '[[question]]\nquestion = "一？"\nanswer = "一"\noptions = ["一",\n"一 "]\n', 5, "和前面的选项一样"),
        ("a.toml", '[[question]]\nquestion = "一？"\nanswer = ["一", "二"]\noptions = ["一", "二"]\n', 3, "只能有一个"),
        ("a.toml", '[[question]]\nquestion = "一？"\nanser = "一"\nanswer = "一"\n', 3, "不认识这个键"),
        ("a.toml", '[[questions]]\nquestion = "一？"\nanswer = "一"\n', 1, "写在 [[question]] 下面"),
        ("a.toml", '[[question]]\nquestion = “一？”\n', 2, "英文"),
        ("a.toml", '[[question]]\nquestion = 5\nanswer = "一"\n', 2, "写上题目"),
        ("a.txt", "", 1, "题库只认 .toml、.csv"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_bank_is_told_with_its_line(
    name: str, text: str, line: int, cure: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    problems = load([tmp_path / name]).problems
    assert [(one.line, one.warning) for one in problems] == [(line, False)]
    assert cure in problems[0].message


def test_a_question_that_comes_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("题目,答案\n一加一？,二\n一加一?,2\n", encoding="utf-8")
    bank = load([path])
    assert len(bank.questions) == 1
    assert [(one.line, one.warning) for one in bank.problems] == [(3, True)]


def test_a_question_of_another_file_is_named_with_it(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("题目,答案\n一加一？,二\n", encoding="utf-8")
    (told,) = load([tmp_path / "a.csv", tmp_path / "b.csv"]).problems
    assert (told.file, told.line) == (str(tmp_path / "b.csv"), 2)
    assert told.message == f"和 {tmp_path / 'a.csv'}:2 的题目一样"


async def test_a_late_answer_is_not_taken_for_the_next_question(make_room: MakeRoom, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text("题目,选项A,选项B,答案\n一？,对,错,对\n二？,对,错,对\n", encoding="utf-8")
    room = make_room(QUIZ)
    await room.say("lin", "答题")
    assert "第 2 题" in await room.say("lin", "对")
    assert await room.at_once("man", "对") == "慢了一步，已经到下一个了。"
    assert "答完啦" in await room.say("man", "对")
    assert await room.points() == [(7, "游戏"), (7, "游戏")]


async def test_a_quiz_goes_on_in_the_middle_of_a_question_after_a_restart(make_room: MakeRoom, tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("题目,答案\n一？,甲乙丙\n二？,甲乙丙\n", encoding="utf-8")
    room = make_room(QUIZ)
    await room.say("lin", "答题")
    await room.say("man", "丁戊己")
    bank.write_text("题目,答案\n三？,丁戊己\n", encoding="utf-8")
    room.furnish(QUIZ)
    assert "小林答对了：甲乙丙。" in await room.say("lin", "甲乙丙")
    room.furnish(QUIZ)
    said = await room.wait(minutes=2)
    assert "时间到，答案是 甲乙丙。" in said
    assert "1. 小林 1 分，+7 积分\n2. 小满 0 分" in said


async def test_only_managers_begin_a_quiz_that_does_not_say_otherwise(make_room: MakeRoom, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(BANK, encoding="utf-8")
    room = make_room(QUIZ.replace('start = "所有人"', ""))
    assert await room.say("lin", "常识") == "「常识」由管理员来开始。"
    assert "「常识」开始：2 题，每题 1 分钟，先答对的得分。群里要 @我 我才听得到。" in await room.say(
        "boss", "开始常识"
    )
