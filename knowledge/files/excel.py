"""Excel workbooks."""

import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from knowledge.files.grid import Grid, Line
from knowledge.rows import MAX_BYTES, Problem, Sheet, broken

# Unpacked, a workbook may be so many times as large as a knowledge file may be; more is a bomb, not a table.
MOST_UNPACKED = 8 * MAX_BYTES
# Excel's own limit (support.microsoft.com, "Excel specifications and limits").
MOST_LINES = 1_048_576
# What an encrypted workbook and one of Excel 97 begin with.
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
NOT_EXCEL = "打不开：不是 Excel 工作簿（.xlsx），或文件坏了；请在 Excel 里打开，另存为 .xlsx"
LOCKED = "打不开：文件有密码，或是旧的 .xls；请去掉密码，另存为 .xlsx"


def read_xlsx(path: Path) -> Sheet:
    """The rows of all worksheets that have the headings; cells are named as Excel names them (`Sheet1!B7`)."""
    file = str(path)
    try:
        refused = _refused(path)
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except (BadZipFile, EOFError):
        return broken(file, 1, NOT_EXCEL)
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    return broken(file, 1, refused) if refused else _read(path, file)


def _refused(path: Path) -> str:
    """Why a file is not even opened; empty when it may be."""
    with path.open("rb") as opened:
        if opened.read(4) == OLD_OR_LOCKED:
            return LOCKED
    if path.stat().st_size > MAX_BYTES:
        return f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个文件；图片不要贴在表里"
    with ZipFile(path) as package:
        size = sum(part.file_size for part in package.infolist() if part.filename.endswith((".xml", ".rels")))
    return "展开后太大，请拆成几个文件" if size > MOST_UNPACKED else ""


def _read(path: Path, file: str) -> Sheet:
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # It warns of styles and extensions that it leaves alone; a reader of values needs none of them.
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except (BadZipFile, KeyError, ValueError, TypeError, OSError, ParseError):
            return broken(file, 1, NOT_EXCEL)
        try:
            return _joined(file, list(_sheets(file, book)))
        except (BadZipFile, KeyError, ValueError, TypeError, EOFError, ParseError):
            return broken(file, 1, NOT_EXCEL)
        finally:
            book.close()


def _sheets(file: str, book: Any) -> Iterator[tuple[str, Sheet, bool]]:
    """For each visible worksheet with anything in it: its name, what it holds, whether it has the headings."""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        grid = Grid(file, _lines(sheet), _place_in(sheet.title))
        if not grid.is_empty:
            yield sheet.title, grid.sheet(), grid.headed is not None


def _lines(sheet: Any) -> Iterator[Line]:
    # What a program wrote as the used range may be wrong; without it all cells that are there are read.
    sheet.reset_dimensions()
    for number, cells in enumerate(islice(sheet.iter_rows(), MOST_LINES), 1):
        yield Line(number, [_value(cell) for cell in cells])


def _value(cell: Any) -> object:
    """What the cell shows: a share is stored as a number and shown as a percentage."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{value * 100:.10g}%"
    return value


def _place_in(title: str) -> Any:
    def place(column: int, line: int, heading: str) -> str:
        from openpyxl.utils import get_column_letter

        return f"{title}!{get_column_letter(column + 1)}{line}"

    return place


def _joined(file: str, sheets: list[tuple[str, Sheet, bool]]) -> Sheet:
    if not sheets:
        return broken(file, 1, "工作簿是空的", warning=True)
    useful = any(headed for _, _, headed in sheets)
    problems: list[Problem] = []
    for title, sheet, headed in sheets:
        if headed or not useful:
            problems += sheet.problems
        else:
            told = f"工作表“{title}”没有“问题”和“回答”两列，没有用它"
            problems.append(Problem(file, 1, (title,), told, warning=True))
    return Sheet(tuple(row for _, sheet, _ in sheets for row in sheet.rows), (), tuple(problems))
