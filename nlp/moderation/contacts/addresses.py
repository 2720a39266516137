"""Addresses of the web and of mail, also with their dots and signs in disguise."""

import re
from collections.abc import Iterator

from nlp.moderation.contacts.find import Find
from nlp.moderation.contacts.reading import Reading

SITE, MAIL = "网址", "邮箱"
# Ends of names that people are sent to. Those that are also endings of files or words need http or www before them.
_ENDS = frozenset(
    """
    com cn net org gov edu top xyz icu vip club cc info biz shop site online tv wang ltd fun win bet live link pro
    ink work store tech space website ru tk ml ga cf gq asia mobi red kim group ren art host press cloud city
    center company games game casino poker loan money cash credit bid trade date download stream review racing
    party men faith science cricket accountant email chat love today world life plus run zone team video studio
    design news network agency hk tw mo jp kr uk us eu de fr sg my vn th ph la io co me im ly gg gs ws vc sh ai
    app dev page beauty hair skin makeup lol monster quest rest bar cam click buzz cyou sbs cfd bond
    """.split()  # noqa: SIM905
)
# Words of English and of programs: after a dot in disguise they are more often that.
_WORDS = frozenset(
    """
    us my me to io co ai run plus work red link today life live date game games team news app dev page pro win fun
    men love world art store space design group city center online click rest bar host press cash money email
    video studio sh im la download stream review trade bid chat zone network party
    """.split()  # noqa: SIM905
)
_DOT = (
    r"(?:\.|\s?[(\[{<【「]\s?(?:\.|。|点|dot|d0t)\s?[)\]}>】」]\s?|\s?[。．｡丶·•‧∙⋅・●○◦☉⊙◎▪,]\s?"
    r"|\s\.\s?|\.\s|\s+dot\s+|(?<=[a-z0-9])\s?点\s?(?=[a-z])|\s?\bdot\b\s?)"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SCHEME = r"h[tx]{2}ps?\s?:\s?/\s?/\s?"
_NAME = rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,5}}"
_PATH = r"(?::[0-9]{1,5})?(?:[/?#][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
_SITE = re.compile(
    rf"(?<![a-z0-9@._-])(?P<scheme>{_SCHEME})?(?P<name>{_NAME}{_DOT}(?P<end>[a-z]{{2,14}}))(?![a-z0-9]){_PATH}"
)
_NUMERIC = re.compile(rf"{_SCHEME}(?P<name>[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}})(?![0-9.]){_PATH}")
_LOCAL = re.compile(r"127\.|10\.|192\.168\.|0\.|172\.(?:1[6-9]|2[0-9]|3[01])\.")
_AT = r"(?:\s?@\s?|\s?[(\[{【]\s?(?:@|at|艾特)\s?[)\]}】]\s?|\s+at\s+|艾特|小老鼠)"
_MAIL = re.compile(
    rf"(?<![a-z0-9._+-])[a-z0-9][a-z0-9._+-]{{0,40}}{_AT}(?P<name>{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}(?P<end>[a-z]{{2,14}}))(?![a-z0-9])"
)
_DOTTED = re.compile(r"[a-z0-9][^a-z0-9\n]{0,4}(?:[.。．｡丶·•‧∙⋅・点●○◦☉⊙◎▪,]|d[o0]t)[^a-z0-9\n]{0,4}[a-z]")
_DOTS = re.compile(_DOT)


def addresses(reading: Reading, allowed: tuple[str, ...]) -> Iterator[Find]:
    """The addresses of a reading whose domain is not allowed, mail first."""
    text = reading.text
    if not (_DOTTED.search(text) or _NUMERIC.search(text)):
        return
    for found in _MAIL.finditer(text):
        if found["end"] in _ENDS and not _is_allowed(_domain(found["name"]), allowed):
            yield Find(MAIL, *found.span())
    for found in _NUMERIC.finditer(text):
        if not _LOCAL.match(found["name"]) and not _is_allowed(found["name"], allowed):
            yield Find(SITE, *found.span())
    for found in _SITE.finditer(text):
        if _leads_somewhere(found) and not _is_allowed(_domain(found["name"]), allowed):
            yield Find(SITE, *found.span())


def _leads_somewhere(found: re.Match[str]) -> bool:
    """Whether a name with dots is an address, not a file, a version or an abbreviation."""
    name, end = found["name"], found["end"]
    if found["scheme"] or name.startswith("www"):
        return end in _ENDS or "." in name
    if end not in _ENDS:
        return False
    if all(dot == "." for dot in _DOTS.findall(name)):
        has_path = found.end() > found.end("name") + 1
        return has_path or len(name) > len(end) + 2
    return end not in _WORDS and not name[0].isdigit()


def _domain(name: str) -> str:
    return _DOTS.sub(".", name).replace(" ", "")


def _is_allowed(domain: str, allowed: tuple[str, ...]) -> bool:
    return any(domain == one or domain.endswith("." + one) for one in allowed)
