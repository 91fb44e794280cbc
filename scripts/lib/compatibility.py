"""Prints docs/ksqldb-compatibility.md with its generated parts renewed: the functions of the registry, and the cases
that pass by feature.

usage: compatibility.py PAGE FUNCTIONS BASELINE

A generated part stands between <!-- NAME --> and <!-- end of NAME -->; all else is written by hand. The table of tiers
is written by hand too: it must add up to what the baseline lists.
"""
import collections
import re
import sys

COLUMNS = 4


def fail(message):
    sys.exit(f"compatibility.py: {message}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def replace_part(page, name, text):
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        fail(f"the page needs one {begin.strip()} and one {end}")
    before, rest = page.split(begin)
    return before + begin + "\n" + text.strip() + "\n\n" + end + rest.split(end)[1]


def features(baseline):
    """How many cases pass of each feature; a line of the baseline is "feature - case"."""
    lines = [line for line in baseline.splitlines() if line and not line.startswith("#")]
    return collections.Counter(line.split(" - ")[0] for line in lines)


def table(counts):
    names = sorted(counts)
    rows = -(-len(names) // COLUMNS)
    lines = ["|" + " feature | cases |" * COLUMNS, "|" + "---|---:|" * COLUMNS]
    for row in range(rows):
        cells = [names[column * rows + row] if column * rows + row < len(names) else "" for column in range(COLUMNS)]
        lines.append("|" + "".join(f" {name} | {counts[name] if name else ''} |" for name in cells))
    return "\n".join(lines)


def check_tiers(page, passed):
    tiers = re.findall(r"^\| (?:core|tier1|json) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    if len(tiers) != 3:
        fail("the page has no table of the three tiers")
    for cases, good, bad, skipped in tiers:
        if int(cases) != int(good) + int(bad) + int(skipped):
            fail("a row of the table of tiers does not add up")
    if sum(int(tier[1]) for tier in tiers) != passed:
        fail(f"the table of tiers has {sum(int(tier[1]) for tier in tiers)} passed cases, the baseline {passed}")


def main():
    page, functions, baseline = (read(path) for path in sys.argv[1:4])
    counts = features(baseline)
    check_tiers(page, sum(counts.values()))
    page = replace_part(page, "functions", functions)
    print(replace_part(page, "conformance", table(counts)), end="")


main()
