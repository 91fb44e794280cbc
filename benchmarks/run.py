"""The entry of scripts/bench: runs what was asked for, prints the table and the line of JSON."""
import argparse
import sys

import pipeline
import processor
import sink
import source
from support import Bench

PARTS = {"source": source.run, "sink": sink.run, "processor": processor.run, "pipeline": pipeline.run}


def warm_up(bench):
    """Servers that have just started compile and cache while they answer: not during a measurement."""
    count = bench.size(200_000, 20_000)
    read, written = bench.name("bench-warm"), bench.name("bench-warm")
    bench.create_topics(read, written)
    bench.run_program("load_kafka", "diff", count, read)
    for _ in range(bench.size(3, 1)):
        bench.run_program("kafka_pass", "transactions", read, written, count, 100)
    bench.delete_topics("bench-warm")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()
    bench = Bench(arguments)
    warm_up(bench)
    for name in PARTS if arguments.part == "all" else [arguments.part]:
        PARTS[name](bench)
    bench.print_report()
    if bench.unfinished():
        sys.exit(1)


if __name__ == "__main__":
    main()
