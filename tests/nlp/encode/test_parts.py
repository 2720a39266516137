"""What the parts of texts mean, and how they find each other."""

import numpy as np

from nlp.encode.onnx import OnnxEncoder
from nlp.encode.parts import PARTS, WIDTH, Axes, Parts, agreement, shipped_axes

ASKED, SAME, NEAR = "怎么把余额提现到银行卡", "余额如何提现到我的银行卡", "怎么用银行卡给余额充值"


def parts_of(encoder: OnnxEncoder) -> Parts:
    assert encoder.parts is not None
    return encoder.parts


def test_a_text_agrees_with_itself_and_more_with_the_same_question_than_with_a_near_miss(builtin: OnnxEncoder) -> None:
    rows = parts_of(builtin).encode([ASKED, SAME, NEAR])
    itself, same, near = agreement(rows[0], rows)
    assert itself > 0.999 and same > near + 0.05


def test_agreement_does_not_depend_on_who_asks(builtin: OnnxEncoder) -> None:
    one, other = parts_of(builtin).encode([ASKED, NEAR])
    assert agreement(one, other[None])[0] == np.float32(agreement(other, one[None])[0])


def test_what_was_encoded_lately_is_not_read_again(builtin: OnnxEncoder) -> None:
    axes = Axes(np.zeros(384, np.float32), np.eye(384, WIDTH, dtype=np.float32))
    read: list[str] = []

    def states(texts: object) -> list[np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
        read.extend(texts)  # type: ignore[call-overload]
        return [np.ones((3, 384), np.float32) for _ in texts]  # type: ignore[attr-defined]

    parts = Parts("test", axes, states)
    parts.remember("一", np.ones((2, 384), np.float32))
    assert parts.encode(["一", "二", "二"]).shape == (3, parts.size)
    assert read == ["二"]


def test_parts_come_with_the_sentence_and_are_the_same_alone(builtin: OnnxEncoder) -> None:
    builtin.encode([ASKED, NEAR, SAME])
    together = parts_of(builtin).encode([ASKED])[0]
    alone = Parts("test", Axes.load(shipped_axes()), builtin.own_tokens).encode([ASKED])[0]
    assert together @ alone > 0.999


def test_an_empty_row_agrees_with_nothing(builtin: OnnxEncoder) -> None:
    row = parts_of(builtin).encode([ASKED])[0]
    assert agreement(row, np.zeros((2, PARTS * WIDTH), np.float32)).tolist() == [0, 0]
    assert agreement(np.zeros(PARTS * WIDTH, np.float32), row[None]).tolist()[0] <= 0
