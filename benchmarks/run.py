"""The entry of scripts/bench: runs what was asked for, prints the table and the line of JSON."""
import argparse

import pipeline
import processor
import sink
import source
from support import Bench

PARTS = {"source": source.run, "sink": sink.run, "processor": processor.run, "pipeline": pipeline.run}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()
    bench = Bench(arguments)
    for name in PARTS if arguments.part == "all" else [arguments.part]:
        PARTS[name](bench)
    bench.print_report()


if __name__ == "__main__":
    main()
