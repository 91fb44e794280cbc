"""What the processor's work costs as one thing grows: keys, fan-out, windows, partitions; and how fast state is read back."""
import re
import time
import urllib.request

from processor import ADMIN_PORT, RECIPE, Program, join_only, load_pairs, per_pair, run_once
from support import answers

# Longer than the join's window: a key that comes again meets nothing of its last time.
REUSE_MS = 130_000


def point(bench, curve, at, result):
    bench.curves.append({"curve": curve, "at": at, "rate": result["steady_rate"], "per_cpu": result["steady_per_cpu"],
                         "rss_mb": result["rss_mb"], "state_mb": result["state_mb"]})


def keys(bench):
    """So many keys in turn: as many pairs are live in the join, as late ones may still come."""
    for count in (1_000, 10_000, 100_000, 1_000_000):
        pairs = max(bench.size(300_000, 20_000), count)
        inputs = load_pairs(bench, pairs, span_ms=pairs * REUSE_MS // count, keys=count)
        result = run_once(bench, join_only(), 2 * pairs, inputs=inputs)
        point(bench, "join, live keys (pairs)", f"{count:,}", per_pair(result, 2))
        if bench.quick:
            break


def fanout(bench):
    for weights in (1, 4, 16):
        pairs = bench.size(400_000, 16_000) // weights
        inputs = load_pairs(bench, pairs, fanout=weights)
        result = run_once(bench, join_only(), pairs * weights, outputs_clock=True, inputs=inputs)
        point(bench, "join, weights of a prediction (outputs)", weights, result)


def windows(bench):
    """A record belongs to so many windows at once."""
    pairs = bench.size(200_000, 10_000)
    inputs = load_pairs(bench, pairs)
    head = RECIPE[: RECIPE.index("-- Create stream of actual weights")]
    for count in (1, 4, 16):
        window = f"HOPPING (SIZE 64 SECONDS, ADVANCE BY {64 // count} SECONDS, GRACE PERIOD 1 MINUTE)"
        text = head + ("CREATE TABLE counted WITH (KAFKA_TOPIC = 'retrain_weight') AS SELECT species, COUNT(*) AS n, "
                       f"AVG(prediction) AS mean FROM predicted_weight WINDOW {window} GROUP BY species EMIT CHANGES;")
        result = run_once(bench, text, pairs, inputs=inputs[:1])
        point(bench, "aggregate, windows of a record (records)", count, result)


def partitions(bench):
    pairs = bench.size(300_000, 20_000)
    for count in (1, 6, 24, 96):
        inputs = load_pairs(bench, pairs, partitions=count)
        result = run_once(bench, RECIPE, 2 * pairs, inputs=inputs, partitions=count)
        point(bench, "whole recipe, partitions (pairs)", count, per_pair(result, 2))


def restored_records():
    with urllib.request.urlopen(f"http://127.0.0.1:{ADMIN_PORT}/metrics", timeout=2) as answer:
        lines = re.findall(r"^weir_processor_records_restored_total(?:{.*})? (\S+)$", answer.read().decode(), re.M)
    return sum(map(float, lines))


def await_restored():
    """(records, seconds from the first answer of the admin port to the last record that was read back)."""
    begin, last, moved = None, 0, 0
    while begin is None or time.monotonic() - max(moved, begin) < 3:
        if answers(f"http://127.0.0.1:{ADMIN_PORT}/healthz"):
            begin = begin or time.monotonic()
            now = restored_records()
            if now > last:
                last, moved = now, time.monotonic()
        time.sleep(0.02)
    return last, max(moved - begin, 0.02)


def restoring(bench):
    """What two minutes of event time leave behind, read back by a second run of the same program."""
    pairs = bench.size(240_000, 20_000)
    inputs = load_pairs(bench, pairs)
    program = Program(bench, RECIPE, inputs)
    properties = program.properties(listeners=f"http://127.0.0.1:{ADMIN_PORT}")
    bench.watch(2 * pairs, bench.command("processor", properties), group=program.group, consumed=inputs,
                drain=program.prefix)
    with bench.running("processor", properties, ADMIN_PORT, ready=False):
        records, seconds = await_restored()
    bench.curves.append({"curve": "restoring (records read back)", "at": f"{records:,.0f}", "rate": records / seconds})
    program.delete(bench)


def run(bench):
    for curve in (keys, fanout, windows, partitions, restoring):
        curve(bench)
        bench.delete_topics("bench-predictions", "bench-weights")
