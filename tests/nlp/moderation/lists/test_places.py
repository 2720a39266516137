"""Lines of a TOML document, also where strings look like something else."""

from nlp.moderation.lists.places import Places

DOCUMENT = (
    '''\
# words = ["no"]
category = "ad"   # [[words]]
note = """
[[words]]
words = ["three \\""" lines"]
"""
'severity' = 2
words = ["a,]b", 'c # d',   # one
  "e",

  { word = ["f", "g"], layers = ["exact",
    "fold"] }, [
    "h"],
  '''
    + "'''i\nj''', 5,\n]\n"
)
TABLES = """
title = "x"
[[words]]
word = "a"
groups = [
  "b",
]

[[words]]
word = "c"
[other]
title = 1
"""


def test_lists_over_several_lines_have_the_line_of_each_element() -> None:
    places = Places(DOCUMENT)
    assert [places.line(key) for key in ("category", "note", "severity", "words", "none")] == [2, 3, 7, 8, 1]
    assert [places.element("words", at) for at in range(8)] == [8, 8, 9, 11, 12, 14, 15, 8]


def test_tables_of_a_list_have_their_own_lines() -> None:
    places = Places(TABLES)
    assert [places.element("words", at) for at in range(3)] == [3, 9, 3]
    assert (places.line("words"), places.line("title"), places.line("other")) == (3, 2, 11)


def test_an_empty_document_has_no_places() -> None:
    assert Places("").line("words") == 1
