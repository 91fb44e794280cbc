"""weir-processor: the recipe's join and aggregate, beside Kafka Streams and a bare pass-through in transactions."""
import re
import shlex
import threading
import time
import urllib.request

from support import ROOT, last_json, program as executable

PREDICTIONS, WEIGHTS = "kt.mdb.weight-prediction", "kt.mdb.machine-weight"
RECIPE = (ROOT / "configs/fish-factory/recipe.sql").read_text()
ADMIN_PORT = 18970


class Program:
    """A program with topics of its own for what it writes, and the names that follow from its service id."""

    def __init__(self, bench, text, inputs=(PREDICTIONS, WEIGHTS), partitions=6):
        self.name = bench.name("bench-processor")
        self.diff, self.retrain = f"{self.name}.diff_weight", f"{self.name}.retrain_weight"
        self.inputs = list(inputs)
        self.group = f"_confluent-ksql-{self.name}_program"
        self.prefix = f"_confluent-ksql-{self.name}_"
        text = text.replace(PREDICTIONS, self.inputs[0]).replace(WEIGHTS, self.inputs[-1])
        text = text.replace("'diff_weight'", f"'{self.diff}'").replace("'retrain_weight'", f"'{self.retrain}'")
        self.path = bench.folder / f"{self.name}.sql"
        self.path.write_text(text.replace("PARTITIONS = 6", f"PARTITIONS = {partitions}"))
        bench.create_topics(self.diff, self.retrain, partitions=partitions)

    def properties(self, **more):
        return {"name": self.name, "ksql.service.id": self.name + "_", "ksql.queries.file": str(self.path),
                "commit.interval.ms": 100, "replication.factor": 1, **more}

    def delete(self, bench):
        bench.delete_topics(self.name, self.prefix)


def join_only(text=RECIPE):
    """The program without its last statement."""
    return text[: text.index("-- Create table of one minute aggregates")]


class Gauge(threading.Thread):
    """The largest value of one metric of an admin port, read four times a second."""

    def __init__(self, metric, port=ADMIN_PORT):
        super().__init__(daemon=True)
        self.metric, self.port, self.value, self.last = metric, port, 0, 0
        self.stopped = threading.Event()
        self.start()

    def run(self):
        while not self.stopped.wait(0.25):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=1) as answer:
                    text = answer.read().decode()
            except OSError:
                continue
            self.last = sum(float(value) for value in re.findall(rf"^{self.metric}(?:{{.*}})? (\S+)$", text, re.M))
            self.value = max(self.value, self.last)

    def finish(self):
        self.stopped.set()
        self.join()
        return self.value


def load_pairs(bench, count, inputs=None, partitions=6, span_ms=None, keys=None, fanout=1):
    """Fills both inputs of the join, new topics unless they are named; returns their names."""
    inputs = inputs or (bench.name("bench-predictions"), bench.name("bench-weights"))
    bench.create_topics(*inputs, partitions=partitions)
    bench.run_program("load_kafka", "pairs", count, *inputs, span_ms or count, keys or count, fanout)
    return inputs


def run_once(bench, text, target, outputs_clock=False, command=None, inputs=(PREDICTIONS, WEIGHTS), partitions=6, **more):
    """One watched run from an empty state. outputs_clock: progress is what it writes to the join's topic, else what it
    has committed of its inputs, and the run ends when its repartition topics are read too."""
    program = Program(bench, text, inputs, partitions)
    gauge = Gauge("weir_processor_state_bytes")
    more.setdefault("listeners", f"http://127.0.0.1:{ADMIN_PORT}")
    command = command or (lambda one: bench.command("processor", one.properties(**more)))
    clock = {"topics": [program.diff]} if outputs_clock else {
        "group": program.group, "consumed": sorted(set(program.inputs)), "drain": program.prefix}
    result = bench.watch(target, command(program), **clock)
    result["state_mb"] = round(gauge.finish() / 2**20, 1)
    program.delete(bench)
    return result


def per_pair(result, records_of_a_pair):
    """Counted in pairs instead of input records."""
    for key in ("records", "steady_rate", "steady_per_cpu", "whole_rate", "whole_per_cpu"):
        result[key] = round(result[key] / records_of_a_pair)
    return result


def whole(bench, label, pairs, **more):
    return bench.measure(label, lambda: per_pair(run_once(bench, RECIPE, 2 * pairs, **more), 2))


def two_processes(bench, label, pairs):
    """Two processes that share the partitions; their cost is counted together."""
    def command(program):
        stages = [bench.command("processor", {**program.properties(), "name": f"{program.name}-{one}"}) for one in "ab"]
        return ["sh", "-c", "".join(f"{shlex.join(stage)} & " for stage in stages) + "wait"]
    return bench.measure(label, lambda: per_pair(run_once(bench, RECIPE, 2 * pairs, command=command), 2))


def latencies(bench):
    program = Program(bench, RECIPE, (bench.name("bench-predictions"), bench.name("bench-weights")))
    bench.create_topics(*program.inputs)
    with bench.running("processor", program.properties(), ADMIN_PORT):
        seconds = bench.size(20, 5)
        text = ""
        for duration in (3, seconds):  # the first is to warm up
            text = bench.capture(executable("latency_kafka"), *program.inputs, program.diff, program.retrain, 500,
                                 duration)
    for line, at_most in zip(text.splitlines(), (60, 120)):
        result = bench.latency(last_json(line))
        bench.bound(f"{result['name']}: p99", result["p99_ms"], at_most, "ms")
    program.delete(bench)
    bench.delete_topics(*program.inputs)


def compare(bench, pairs, ours, join, limit, peer, peer_two):
    bench.ratio("whole recipe: pairs per CPU-second, Kafka Streams", ours, peer, "steady_per_cpu", 8)
    bench.ratio("whole recipe: pairs per second, Kafka Streams", ours, peer, "steady_rate", 4)
    bench.ratio("whole recipe: pairs per second, Kafka Streams with two threads", ours, peer_two, "steady_rate", None)
    doubled = {**join, "steady_per_cpu": 2 * join["steady_per_cpu"], "steady_rate": 2 * join["steady_rate"]}
    bench.ratio("join: input records per CPU-second, bare pass-through", doubled, limit, "steady_per_cpu", 0.4)
    bench.ratio("join: input records per second, bare pass-through", doubled, limit, "steady_rate", None)
    bench.bound("whole recipe: first output", ours["first_ms"], 1000, "ms")
    bench.bound("whole recipe: resident", ours["rss_mb"], 2 * ours["state_mb"] + 32, "MB, twice the state + 32")
    if peer:
        small = bench.peers.streams(bench, "full-eos", pairs, HEAP="256m")
        bench.bound("whole recipe: resident", ours["rss_mb"], round(small["rss_mb"] / 5, 1),
                    "MB, a fifth of Kafka Streams with -Xmx256m")


def run(bench):
    pairs = bench.size(1_000_000, 40_000)
    load_pairs(bench, pairs, (PREDICTIONS, WEIGHTS))
    passed = bench.create_topics(bench.name("bench-passed"))
    limit = bench.limit("bare pass-through, transactions of 100 ms", "kafka_pass", "transactions", PREDICTIONS, passed,
                        pairs, 100)
    bench.delete_topics(passed)
    join = bench.measure("weir-processor, join alone (pairs)",
                         lambda: run_once(bench, join_only(), pairs, outputs_clock=True))
    ours = whole(bench, "weir-processor, whole recipe (pairs)", pairs)
    whole(bench, "weir-processor, two threads (pairs)", pairs, **{"num.stream.threads": 2})
    both = two_processes(bench, "weir-processor, two processes (pairs)", pairs)
    bench.ratio("two processes: pairs per CPU-second, one process", both, ours, "steady_per_cpu", 0.9)
    peer = bench.peers.streams(bench, "full-eos", pairs) if bench.peers else None
    peer_two = bench.peers.streams(bench, "full-eos-2t", pairs) if bench.peers else None
    if bench.peers:
        bench.peers.streams(bench, "join-eos", pairs)
    compare(bench, pairs, ours, join, limit, peer, peer_two)
    bench.delete_topics(PREDICTIONS, WEIGHTS)
    latencies(bench)
    if bench.full:
        import curves
        curves.run(bench)
