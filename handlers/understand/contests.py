"""The evaluation sets of a folder, and what ours and the usual ways make of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handlers.understand.contest import Contest
from handlers.understand.evaluate import base_of, told_by
from handlers.understand.patience import encoded, encoder_of, kept
from knowledge import baselines
from knowledge.entries import Entry
from knowledge.evaluation import (
    Asked,
    Kind,
    Table,
    auroc,
    f1,
    false_answer_rate,
    read_entries,
    read_questions,
    top1,
    top3,
)
from knowledge.wordings import Wordings
from nlp.classify import baselines as usual
from nlp.classify.comparison import crossed, own, tested
from nlp.classify.measures import Judged
from nlp.classify.rows import Rows
from nlp.encode import BUILTIN, NONE, Encoder
from nlp.tokenise import Tokeniser

KB, QUERIES, TRAIN, TEST, FEW = "_kb", "_queries", "_train", "_test", "_fewshot"
# Examples a class that intents are learnt from besides all of them, and how often each is drawn.
SHOTS, SEEDS = (5, 10), 5


@dataclass(frozen=True, slots=True)
class Models:
    """Our encoder and the one of the baselines, the builtin one; None: by words alone."""

    ours: Encoder | None
    plain: Encoder | None

    @classmethod
    def of(cls, model: str) -> "Models":
        """The encoders for a setting; with `none` the baselines have none either."""
        ours = encoder_of(model, "只按字词")
        return cls(ours, ours if model in (NONE, BUILTIN) else encoder_of(BUILTIN, "基线里没有向量"))

    def kept(self, whole: bool = False) -> "Models":
        """The same, with the vectors of files kept on disk."""
        ours = kept(self.ours, whole)
        return Models(ours, ours if self.plain is self.ours else kept(self.plain, whole))

    def read(self, rows: Rows, what: str) -> tuple[Rows, Rows]:
        """The rows with our vectors, and with those of the baselines."""
        ours = encoded(rows, self.ours, what)
        return ours, ours if self.plain is self.ours else encoded(rows, self.plain, what)


def names(folder: Path) -> Sequence[str]:
    """The sets of a folder: what stands before _kb, _train or _fewshot in its files."""
    found = {
        path.stem.removesuffix(end)
        for end in (KB, TRAIN, FEW)
        for path in folder.glob(f"*{end}.jsonl")
        if end != KB or path.name.startswith("faq_")
    }
    return sorted(found)


def contests(
    folder: Path, name: str, models: Models, most: tuple[int, int]
) -> Iterator[Contest[Table] | Contest[Judged]]:
    """What is measured on a set; `most` rows are learnt from and tested on. Unreadable where a file is wrong."""
    path = _file(folder, name)
    if path(KB).exists():
        yield _questions(name.removeprefix("faq_"), path, models.kept())
    elif path(TRAIN).exists():
        yield from _labels(name, Rows.read(path(TRAIN)), Rows.read(path(TEST)), models.kept(whole=True), most)
    else:
        yield _few(name, Rows.read(path(FEW)), models.kept(whole=True))


def _file(folder: Path, name: str) -> Callable[[str], Path]:
    return lambda end: folder / f"{name}{end}.jsonl"


def _questions(name: str, path: Callable[[str], Path], models: Models) -> Contest[Table]:
    entries = read_entries(path(KB))
    asked = read_questions(path(QUERIES), entries)
    measures = {
        "top-1": top1, "top-3": top3, "F1": f1, "false answers": false_answer_rate, "AUROC": auroc,
        "near": lambda table: auroc(table, Kind.NEAR),
    }  # fmt: skip
    base = base_of(entries, models.ours)
    ours = Table.of(list(told_by(base, asked)))
    others = _baselines(entries, asked, models.plain, base.index.tokeniser)
    return Contest(name, ours, others, measures, ("top-1", "F1"), ("top-1", "top-3", "F1", "AUROC", "near"))


def _baselines(
    entries: Sequence[Entry], asked: Sequence[Asked], encoder: Encoder | None, tokeniser: Tokeniser
) -> Mapping[str, Table]:
    wordings, texts = Wordings(entries), [one.text for one in asked]
    words = baselines.by_bm25(wordings, texts, tokeniser.words)
    characters = baselines.by_characters(wordings, texts)
    scores = {"jieba + BM25": words, "char 1-3 TF-IDF": characters}
    if encoder:
        near = baselines.by_meaning(wordings, encoder.encode(wordings.texts), encoder.encode(texts))
        scores["e5 centred"] = near
        scores["BM25 + e5"] = near + baselines.WORDS_BESIDE_MEANING * words
        scores["TF-IDF + e5"] = near + baselines.WORDS_BESIDE_MEANING * characters
    return {method: baselines.told(found, entries, asked) for method, found in scores.items()}


def _labels(name: str, train: Rows, test: Rows, models: Models, most: tuple[int, int]) -> Iterator[Contest[Judged]]:
    learnt, asked = (_part(rows, limit) for rows, limit in zip((train, test), most, strict=True))
    (our_train, train_beside), (our_test, test_beside) = models.read(learnt, "学"), models.read(asked, "考")
    methods = usual.baselines(with_vectors=models.plain is not None)
    for shots in (*SHOTS, 0) if name.startswith("intent_") else (0,):
        yield _judged(
            f"{name}, {shots} a class" if shots else name,
            tested(own(models.ours), our_train, our_test, shots, SEEDS),
            {one: tested(method, train_beside, test_beside, shots, SEEDS) for one, method in methods.items()},
            f"{SEEDS} draws" if shots else _share(learnt, train),
            _share(asked, test),
        )


def _few(name: str, rows: Rows, models: Models) -> Contest[Judged]:
    ours, beside = models.read(rows, "学和考")
    methods = usual.baselines(with_vectors=models.plain is not None)
    others = {one: crossed(method, beside, SEEDS) for one, method in methods.items()}
    return _judged(name, crossed(own(models.ours), ours, SEEDS), others, "the others", f"{len(rows)}, each hidden")


def _judged(name: str, ours: Judged, others: Mapping[str, Judged], learnt: str, asked: str) -> Contest[Judged]:
    measures = {"accuracy": Judged.accuracy, "macro F1": Judged.macro_f1}
    about = {"learnt from": learnt, "tested on": asked}
    return Contest(name, ours, others, measures, tuple(measures), tuple(measures), about)


def _part(rows: Rows, most: int) -> Rows:
    """That many of the rows at most, by chance but always the same."""
    picked = np.random.default_rng(0).permutation(len(rows))[:most]
    return rows.take(np.sort(picked).tolist())


def _share(part: Rows, whole: Rows) -> str:
    return f"{len(whole):,}" if len(part) == len(whole) else f"{len(part):,} of {len(whole):,}"
