"""What is wrong in a list."""

from dataclasses import dataclass

# Of a file that is something else entirely, nobody reads more.
MOST = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: its line (1-based), and in Chinese what would be right.

    `column` is how the file itself calls the value, empty for a line or a file as a whole.
    """

    file: str
    line: int
    message: str
    value: str = ""
    column: str = ""
    warning: bool = False

    def __str__(self) -> str:
        value = f" = “{self.value}”" if self.value else ""
        subject = f" {self.column}{value} →" if self.column or value else ""
        return f"{self.file}:{self.line}:{subject} {self.message}{'（警告）' if self.warning else ''}"


class Faults:
    """The faults of one file, the first of them in full and the others counted."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._told: list[Fault] = []
        self._left = 0

    def add(self, line: int, message: str, value: str = "", column: str = "", warning: bool = False) -> None:
        """Another one."""
        if len(self._told) < MOST:
            self._told.append(Fault(self._file, line, message, value[:40], column, warning))
        else:
            self._left += 1

    def all(self) -> tuple[Fault, ...]:
        """What there is to tell."""
        if not self._left:
            return tuple(self._told)
        more = Fault(self._file, self._told[-1].line, f"后面还有 {self._left} 处，先改前面的")
        return (*self._told, more)
