"""check_style.py: what no other tool knows of our style: banned calls, first lines, licence lines, typedefs, unfinished work."""
import re
import sys

import c_source

BANNED = "strcpy strcat sprintf vsprintf strtok atoi atol atoll atof gets localtime gmtime alloca".split()
HEAP = "malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf".split()
COMMENT_COLUMNS_MAX = 125

_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED + HEAP) + r")\s*\(")
_TYPEDEF = re.compile(r"\btypedef\s+(struct|enum|union)\b")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|for now|not implemented|unimplemented)\b")


def lines_of(pattern, text):
    """(line, match) of each match."""
    return [(text.count("\n", 0, match.start()) + 1, match) for match in pattern.finditer(text)]


def calls(path, code):
    for line, match in lines_of(_CALL, code):
        name = match.group(1)
        if name in BANNED:
            yield f"{path}:{line}: {name} is banned"
        elif path.parts[:2] != ("core", "base"):
            yield f"{path}:{line}: {name} belongs in core/base: use weir_alloc and its family"


def first_lines(path, text):
    head = text.split("\n", 1)[0]
    if path.suffix == ".h" and not head.startswith(f"/* {path.name} - "):
        yield f"{path}:1: must begin with /* {path.name} - what it is"
    if "/* SPDX-License-Identifier: Apache-2.0 */" not in text:
        yield f"{path}:1: no SPDX line"


def findings():
    for path in c_source.c_files():
        text = c_source.read(path)
        code = c_source.without_comments(text)
        yield from first_lines(path, text)
        yield from calls(path, code)
        for line, match in lines_of(_TYPEDEF, code):
            yield f"{path}:{line}: typedef of a {match.group(1)}"
        for start, comment in c_source.comments(text):
            match = _UNFINISHED.search(comment)
            if match:
                yield f"{path}:{text.count(chr(10), 0, start) + 1}: unfinished work: {match.group(1)}"
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COMMENT_COLUMNS_MAX:
                yield f"{path}:{number}: {len(line)} columns; at most {COMMENT_COLUMNS_MAX}"


if __name__ == "__main__":
    sys.exit(c_source.report(list(findings())))
