"""The end of each help text: examples and exit codes."""

from typing import Final

DONE: Final = {0: "done"}
FAILED: Final = {1: "it cannot be done; one line on standard error says why"}
REFUSED: Final = {2: "wrong arguments or settings; each named with its file and field"}
INTERRUPTED: Final = {130: "interrupted"}
CODES: Final = DONE | FAILED | REFUSED | INTERRUPTED


def epilog(*examples: str, codes: dict[int, str] = CODES) -> str:
    """Return the text; Typer keeps the lines of a paragraph that begins with a backspace."""
    shown = "".join(f"\n  {example}" for example in examples)
    listed = "".join(f"\n  {code:<4} {meaning}" for code, meaning in codes.items())
    return f"\b\nExamples:{shown}\n\n\b\nExit codes:{listed}"
