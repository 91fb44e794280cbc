"""check_sizes.py: no C function over 70 lines, no C file over 600."""
import re
import sys

import c_source

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600

_ATTRIBUTE = re.compile(r"__attribute__\s*\(\([^{};]*?\)\)")
_NAME = re.compile(r"([A-Za-z_]\w*)\s*\(")


def function_name(head):
    """Of what stands before a brace at the outermost level; None: not a function's head."""
    head = _ATTRIBUTE.sub("", head).strip()
    match = _NAME.search(head)
    return match.group(1) if match and head.endswith(")") and "=" not in head[:match.start()] else None


def functions(code):
    """(name, first line, lines) of each function body."""
    depth, head, open_line, name, line = 0, "", 0, None, 1
    for char in code:
        if char == "\n":
            line += 1
        if char == "{":
            if depth == 0:
                name = function_name(head)
                open_line = line
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                if name:
                    yield name, open_line, line - open_line + 1
                head = ""
        elif depth == 0:
            head = "" if char == ";" else head + char


def findings():
    for path in c_source.c_files():
        text = c_source.read(path)
        lines = text.count("\n")
        if lines > FILE_LINES_MAX:
            yield f"{path}:1: {lines} lines; at most {FILE_LINES_MAX}"
        code = c_source.without_directives(c_source.without_comments(text))
        for name, line, length in functions(code):
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{line}: {name} has {length} lines; at most {FUNCTION_LINES_MAX}"


if __name__ == "__main__":
    sys.exit(c_source.report(list(findings())))
