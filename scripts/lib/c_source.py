"""c_source: what the checks of scripts/lint share: the project's C files, and their code without comments and literals."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

_TOKENS = re.compile(r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.S | re.X)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)


def _blanked(match):
    """Only the line feeds of a comment; an empty literal of the same kind for a literal."""
    token = match.group()
    return "\n" * token.count("\n") + " " if token[0] == "/" else token[0] * 2


def without_comments(text):
    """The code alone, every line at its old number."""
    return _TOKENS.sub(_blanked, text)


def comments(text):
    """(place in text, comment) of each."""
    return [(match.start(), match.group()) for match in _TOKENS.finditer(text) if match.group()[0] == "/"]


def without_directives(code):
    return _DIRECTIVE.sub(lambda match: "\n" * match.group().count("\n"), code)


def c_files():
    """Every .c and .h file of the project, as paths from its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.c", "*.h"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return sorted(path for path in map(pathlib.PurePosixPath, listed) if (ROOT / path).is_file())


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def report(findings):
    """Prints them; the exit status of the check."""
    for finding in findings:
        print(finding)
    return 1 if findings else 0
