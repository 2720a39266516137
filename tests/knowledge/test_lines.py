import tomllib

import pytest

from knowledge.lines import TomlPath, toml_lines

DOCUMENT = """\
words = ["沐屿"]  # 第一行

[[faq]]
question = "甲"
similar = [
    "乙",  # 说明
    # 只是说明
    "丙",
]
"answer" = '''
第一段
第二段'''

[[faq]]
question = "丁"
owner.name = "小美"
more = { a = 1, b = [2, 3] }
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("words",), 1),
        (("words", 0), 1),
        (("faq",), 3),
        (("faq", 0), 3),
        (("faq", 0, "question"), 4),
        (("faq", 0, "similar", 0), 6),
        (("faq", 0, "similar", 1), 8),
        (("faq", 0, "answer"), 10),
        (("faq", 1), 14),
        (("faq", 1, "question"), 15),
        (("faq", 1, "owner", "name"), 16),
        (("faq", 1, "more", "b", 1), 17),
    ],
)
def test_every_value_is_found_on_its_line(path: TomlPath, line: int) -> None:
    tomllib.loads(DOCUMENT)
    assert toml_lines(DOCUMENT.encode())[path] == line
