"""`qunban eval intent|sentiment`: how well texts are given their labels, learnt from labelled ones."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.types.declarations import Command
from handlers.understand.patience import encoded, encoder_of, progress
from nlp.bootstrap import interval
from nlp.classify.classifier import Classifier
from nlp.classify.measures import Judged, confusions, drawn
from nlp.classify.rows import Rows
from nlp.encode import Encoder, Report
from nlp.jsonl import Unreadable

HELP = """用一批有标签的话学，再用另一批考，看{what}认得多准
示例：
  qunban eval {name} --train 学.jsonl --test 考.jsonl
  qunban eval {name} --train 学.jsonl --test 考.jsonl --shots 5 --seeds 5 --json

两个文件都是 UTF-8，一行一个 JSON 对象：{{"text": "…", "label": "…"}}
--shots K 每个标签只抽 K 条来学，用 --seeds 个不同的抽法各考一遍，取平均。"""

# So many of the worst mistakes and of the most frequent confusions are shown.
WORST = 10


def commands() -> Sequence[Command]:
    """The commands that the capability hands over."""
    return (
        Command("eval intent", HELP.format(name="intent", what="意图"), _arguments, _run),
        Command("eval sentiment", HELP.format(name="sentiment", what="褒贬"), _arguments, _run),
    )


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True, metavar="文件", help="用来学的话和标签")
    parser.add_argument("--test", type=Path, required=True, metavar="文件", help="用来考的话和标签")
    parser.add_argument("--shots", type=positive, default=0, metavar="K", help="每个标签只用 K 条来学，默认全用")
    parser.add_argument("--seeds", type=positive, default=5, metavar="N", help="有 --shots 时抽几遍，默认 5")
    parser.add_argument("--model", default="builtin", metavar="模型", help="builtin（默认）、文件夹、hub 编号或 none")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def positive(text: str) -> int:
    """A number of the command line that counts something."""
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}”不是从 1 起的整数")
    return int(text)


async def _run(arguments: argparse.Namespace) -> int:
    try:
        train, test = Rows.read(arguments.train), Rows.read(arguments.test)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    encoder = encoder_of(arguments.model, "只按字词来学")
    trial = _tried(train, test, encoder, arguments.shots, arguments.seeds)
    if arguments.json:
        print(json.dumps(measured(trial), ensure_ascii=False))
    else:
        print("\n".join(_as_text(trial, test.texts, encoder)))
    return 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What was told of each test row, once for each draw of training rows; `sure`: with what probability, first draw.

    `ms`: how long each text took, from its characters to its label.
    """

    truth: Sequence[str]
    told: Sequence[Sequence[str]]
    sure: Sequence[float]
    ms: Sequence[float]
    learnt: int
    is_few: bool

    def judged(self) -> Judged:
        """What the measures look at."""
        return Judged.of(self.truth, self.told)


def _tried(train: Rows, test: Rows, encoder: Encoder | None, shots: int, seeds: int) -> Trial:
    report = progress()
    learnt, spent = encoded(train, encoder, "正在读懂要学的话"), _Timed.of(test.texts, encoder, report)
    everything = np.arange(len(train.texts))
    draws = [drawn(train.labels, shots, seed) for seed in range(seeds)] if shots else [everything]
    told: list[Sequence[str]] = []
    sure: Sequence[float] = ()
    ms: list[float] = []
    for number, rows in enumerate(draws, 1):
        picked = learnt.take(rows.tolist())
        classifier = Classifier.fit(picked.texts, picked.labels, encoder, vectors=picked.vectors)
        judged = [spent.judged(classifier, at) for at in range(len(test.texts))]
        told.append([label for label, _, _ in judged])
        sure = sure or [chance for _, chance, _ in judged]
        ms.extend(taken for _, _, taken in judged)
        report("正在学和考", number / len(draws))
    return Trial(test.labels, told, sure, ms, len(draws[0]), bool(shots))


@dataclass(frozen=True, slots=True)
class _Timed:
    """Texts encoded one by one, as they come in life, with how long each took."""

    texts: Sequence[str]
    vectors: Sequence[Any]
    ms: Sequence[float]

    @classmethod
    def of(cls, texts: Sequence[str], encoder: Encoder | None, report: Report) -> "_Timed":
        vectors, ms = [], []
        for number, text in enumerate(texts, 1):
            began = time.perf_counter()
            vectors.append(encoder.encode([text]) if encoder else None)
            ms.append((time.perf_counter() - began) * 1000)
            report("正在读懂要考的话", number / len(texts))
        return cls(texts, vectors, ms)

    def judged(self, classifier: Classifier, at: int) -> tuple[str, float, float]:
        """The label of a text, its probability, and how long all that took."""
        began = time.perf_counter()
        chances = classifier.probabilities([self.texts[at]], self.vectors[at])[0]
        best = int(chances.argmax())
        return classifier.labels[best], float(chances[best]), self.ms[at] + (time.perf_counter() - began) * 1000


def measured(trial: Trial) -> Mapping[str, Any]:
    """All measures by name; few-shot: means over the draws."""
    judged = trial.judged()
    values = {
        "n": len(judged),
        "accuracy": judged.accuracy(),
        "macro_f1": judged.macro_f1(),
        **({"accuracy_std": float(np.std(judged.accuracies()))} if trial.is_few else {}),
        "ms_p50": float(np.percentile(trial.ms, 50)),
        "ms_p95": float(np.percentile(trial.ms, 95)),
    }
    return {name: value if name == "n" else round(value, 4) for name, value in values.items()}


def _as_text(trial: Trial, texts: Sequence[str], encoder: Encoder | None) -> Iterator[str]:
    values = measured(trial)
    draws = f"，抽了 {len(trial.told)} 遍" if trial.is_few else ""
    yield f"学了 {trial.learnt} 句{draws}，考了 {values['n']} 句；{'按字词和意思' if encoder else '只按字词'}"
    yield ""
    for key, name, measure in (("accuracy", "答对", Judged.accuracy), ("macro_f1", "宏平均 F1", Judged.macro_f1)):
        low, high = interval(trial.judged(), measure)
        yield f"{name:　<7}{values[key]:.3f}   95% 在 {low:.3f} 到 {high:.3f} 之间"
    if trial.is_few:
        yield f"{'各遍相差':　<7}{values['accuracy_std']:.3f}（标准差）"
    yield f"{'每句用时':　<7}一半在 {values['ms_p50']:.1f} 毫秒内，95% 在 {values['ms_p95']:.1f} 毫秒内"
    first = "（第一遍）" if trial.is_few else ""
    mixed = confusions(trial.truth, trial.told[0])[:WORST]
    if mixed:
        yield from ["", f"最常认混的{first}："]
        yield from (f"  {truth} 认成 {told}：{count} 次" for truth, told, count in mixed)
        yield from ["", f"错得最厉害的{first}："]
        yield from (
            f"  「{texts[at]}」认成 {trial.told[0][at]}（把握 {trial.sure[at]:.0%}），应是 {trial.truth[at]}"
            for at in _worst(trial)
        )


def _worst(trial: Trial) -> Sequence[int]:
    """The mistakes that were made with the most certainty."""
    wrong = [at for at, truth in enumerate(trial.truth) if trial.told[0][at] != truth]
    return sorted(wrong, key=lambda at: -trial.sure[at])[:WORST]
