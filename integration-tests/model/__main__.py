"""python -m model [--seeds 10000] [--first 0] [--weir PATH]: random programs against the model; the first differences in full."""
import argparse
import pathlib
import sys

from .programs import Case
from .run import differences

ROOT = pathlib.Path(__file__).parents[2]
CHUNK = 500


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=10_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--show", type=int, default=5, help="how many differences are printed")
    options.add_argument("--weir", default=ROOT / "build/connectors/processor/weir-processor")
    chosen = options.parse_args()
    end, passed, failed = chosen.first + chosen.seeds, 0, 0
    for first in range(chosen.first, end, CHUNK):
        for _, text in differences(chosen.weir, map(Case, range(first, min(first + CHUNK, end)))):
            passed, failed = passed + (text is None), failed + (text is not None)
            if text and failed <= chosen.show:
                print(text, end="\n\n")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed != chosen.seeds else 0


if __name__ == "__main__":
    sys.exit(main())
