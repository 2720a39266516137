"""What managers call the columns of their sheets, and how several things share one cell."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import regex

# A key and the headings that mean it, as `heading` leaves them.
HEADINGS: Mapping[str, Sequence[str]] = {
    "id": (
        "id", "编号", "序号", "问题编号", "问答编号", "知识编号", "no", "key",
    ),
    "question": (
        "question", "问题", "问", "q", "标准问", "标准问题", "标准问法", "主问题", "主问法", "提问",
        "客户问题", "用户问题", "常见问题", "问题标题", "问题内容", "标题", "query", "title",
    ),
    "similar": (
        "similar", "similarquestions", "similarquestion", "相似问", "相似问题", "相似问法", "其他问法",
        "其它问法", "别的问法", "扩展问", "扩展问法", "扩展问题", "同义问", "同义问法", "同义问题",
        "类似问题", "类似问法", "问法", "paraphrases", "variants",
    ),
    "answer": (
        "answer", "answers", "回答", "答案", "答", "a", "回复", "答复", "标准答案", "标准回答", "回复内容",
        "回答内容", "答案内容", "解答", "reply", "response",
    ),
    "tags": (
        "tags", "tag", "标签", "分类", "类别", "类目", "主题", "category", "categories", "topic",
    ),
    "groups": (
        "groups", "group", "群", "群名", "群聊", "适用群", "适用的群", "可见群", "范围",
    ),
    "start": (
        "start", "from", "validfrom", "生效日期", "生效时间", "生效日", "开始日期", "开始时间", "开始",
        "起始日期", "有效期从", "有效期起", "上架日期",
    ),
    "end": (
        "end", "until", "to", "validuntil", "validto", "expires", "失效日期", "失效时间", "失效日",
        "结束日期", "结束时间", "结束", "截止日期", "截止时间", "到期日", "到期日期", "过期日期", "有效期至",
        "有效期到", "有效期止", "下架日期",
    ),
    "attach": (
        "attach", "attachment", "attachments", "附件", "图片", "文件", "配图", "附图", "image", "file",
    ),
    "owner": (
        "owner", "负责人", "维护人", "责任人", "编辑", "作者", "author",
    ),
}  # fmt: skip
# Columns that exports bring along and nobody needs: no word is lost about them.
IDLE = frozenset(
    {
        "备注", "说明", "remark", "note", "notes", "状态", "创建时间", "更新时间", "修改时间", "创建人",
        "更新人",
    }
)  # fmt: skip

_DECORATION = regex.compile(r"[\s_\-*＊.:：()（）\[\]【】]+|\d+$")
_REMARK = regex.compile(r"[(（\[【].*?[)）\]】]")
# Wordings hold commas of their own; names and file names do not.
_WORDINGS = regex.compile(r"\s*(?:[\n|｜;；]|\r\n?)+\s*")
_NAMES = regex.compile(r"\s*[\n\r|｜;；,，、]+\s*")
# A line of dashes sets answers apart, as many chat tools have it.
_ANSWERS = regex.compile(r"\s*\n\s*(?:-{3,}|={3,})\s*\n\s*")
SEVERAL: Mapping[str, "regex.Pattern[str]"] = {
    "similar": _WORDINGS, "answer": _ANSWERS, "tags": _NAMES, "groups": _NAMES, "attach": _NAMES,
}  # fmt: skip


def heading(text: str) -> str:
    """A heading as it is compared: without case, spaces, remarks in brackets and a number at its end."""
    plain = _REMARK.sub("", text) or text
    return _DECORATION.sub("", plain.strip().lower())


def key_of(text: str) -> str:
    """The key that a heading means; empty when it means none."""
    plain = heading(text)
    return next((key for key, names in HEADINGS.items() if plain in names), "") if plain else ""


def nearest(text: str) -> str:
    """A heading like the one that is not known; empty when there is none."""
    names = [name for names in HEADINGS.values() for name in names]
    return next(iter(get_close_matches(heading(text), names, n=1, cutoff=0.6)), "")


def parts(key: str, text: str) -> Iterator[str]:
    """The values in one cell; those of a key that has one only are one."""
    several = SEVERAL.get(key)
    pieces = several.split(text) if several else [text]
    return (piece.strip() for piece in pieces if piece.strip())
