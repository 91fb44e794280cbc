"""What the parts of the benchmark share: topics, configurations, runs that are watched, and the report."""
import contextlib
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import kafka
import kafka.admin
import pymongo

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ["WEIR_BUILD"])
FOLDER = pathlib.Path(os.environ["WEIR_BENCH_DIR"])
BOOTSTRAP = os.environ["KAFKA_BOOTSTRAP"]
MONGODB_URI = os.environ["MONGODB_URI"]
DATABASE = "mdb"

COLUMNS = [("records", "records", "{:,.0f}"), ("steady_rate", "per s", "{:,.0f}"),
           ("steady_per_cpu", "per CPU-s", "{:,.0f}"), ("whole_rate", "whole per s", "{:,.0f}"),
           ("whole_per_cpu", "whole per CPU-s", "{:,.0f}"), ("cores", "cores", "{:.2f}"),
           ("first_ms", "first ms", "{:,.0f}"), ("rss_mb", "MB", "{:,.0f}")]


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def program(name):
    return str(BUILD / "benchmarks" / name)


def weir(stage):
    return str(BUILD / "connectors" / stage / f"weir-{stage}")


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def last_json(text):
    """The last line of text that is a JSON object."""
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"no result in: {text!r}")
    return json.loads(lines[-1])


def median_of(results):
    """Figure by figure over several runs; what is no number is taken from the first."""
    results = [result for result in results if not result.get("incomplete")] or results
    return {key: statistics.median(result[key] for result in results)
            if isinstance(value, (int, float)) and not isinstance(value, bool) else value
            for key, value in results[0].items()}


class Bench:
    """Names, servers and the report of one run."""

    def __init__(self, arguments):
        self.quick, self.full, self.repeat = arguments.quick, arguments.full, arguments.repeat
        self.peers = None if self.quick or arguments.no_peers else self.find_peers()
        self.folder = FOLDER / "work"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.admin = kafka.KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
        self.mongo = pymongo.MongoClient(MONGODB_URI)
        self.rows, self.latencies, self.ratios, self.curves = [], [], [], []
        self.serial = 0

    def find_peers(self):
        from peers import Peers  # only here: it builds what it needs
        folder = pathlib.Path(os.environ["PEERS"]).resolve()
        if not (folder / "streams/bench").is_file():
            note(f"no peers: {folder} is not there")
            return None
        return Peers(folder)

    def size(self, full, quick):
        return quick if self.quick else full

    def name(self, stem):
        """A name that was not used before."""
        self.serial += 1
        return f"{stem}-{os.getpid()}-{self.serial}"

    # Kafka

    def create_topics(self, *names, partitions=6):
        self.admin.create_topics([kafka.admin.NewTopic(name, partitions, 1) for name in names])
        return names[0]

    def delete_topics(self, *prefixes):
        """All topics whose names begin so."""
        names = [name for name in self.admin.list_topics() if name.startswith(prefixes)]
        if names:
            self.admin.delete_topics(names)

    # Running

    def capture(self, *command, environment=None, seconds=900):
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, timeout=seconds,
                              env={**os.environ, **(environment or {})}, check=False)
        if done.returncode != 0 and not done.stdout.strip():
            raise RuntimeError(f"{command[0]} ended with {done.returncode}")
        return done.stdout

    def run_program(self, name, *arguments):
        return last_json(self.capture(program(name), *arguments))

    def limit(self, label, name, *arguments, before=None):
        """A row for a bare client library."""
        def once():
            if before:
                before()
            return self.run_program(name, *arguments)
        return self.measure(label, once)

    def measure(self, label, once):
        note(label)
        result = median_of([once() for _ in range(self.repeat)])
        return self.add(label, result)

    def add(self, label, result):
        self.rows.append({"name": label, **result})
        return result

    def write_config(self, name, properties):
        path = self.folder / f"{name}.yaml"
        path.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in properties.items()))
        return path

    def command(self, stage, properties):
        """The command of a weir stage with these properties, quiet on stdout, its log in the work folder."""
        properties = {"bootstrap.servers": BOOTSTRAP, "listeners": "", **properties}
        path = self.write_config(properties["name"], properties)
        log = self.folder / f"{properties['name']}.log"
        return ["sh", "-c", f'exec "$0" run "$1" > {log} 2>&1', weir(stage), str(path)]

    def watch(self, target, command, topics=(), group=None, consumed=(), drain=None, collection=None,
              counter=None, idle=10, limit=300):
        """One watched run of a command; see watch.c."""
        options = [word for topic in topics for word in ("--topic", topic)]
        if group:
            options += ["--group", group]
        options += [word for topic in consumed for word in ("--consumed", topic)]
        if drain:
            options += ["--drain", drain]
        if collection:
            options += ["--collection", collection]
        if counter:
            options += ["--counter", str(counter)]
        result = last_json(self.capture(program("watch"), *options, "--idle", idle, "--limit", limit,
                                        "--target", target, "--", *command))
        if result["records"] < target or result["ended"]:
            note(f"INCOMPLETE: {result['records']:,.0f} of {target:,} records; see {self.folder}")
            result["incomplete"] = True
        return result

    @contextlib.contextmanager
    def running(self, stage, properties, port, ready=True):
        """A stage that runs meanwhile; it is ready when the block begins, unless that is not wanted."""
        process = subprocess.Popen(self.command(stage, {**properties, "listeners": f"http://127.0.0.1:{port}"}))
        try:
            deadline = time.monotonic() + 30
            while ready and not answers(f"http://127.0.0.1:{port}/readyz"):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError(f"{properties['name']} is not ready; see {self.folder}")
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            process.wait(30)

    # Report

    def ratio(self, label, value, reference, figure, at_least):
        """How many times the reference's figure ours is, and what was to be reached."""
        if not value or not reference:
            return
        if value.get("incomplete") or reference.get("incomplete"):
            self.ratios.append({"name": f"{label}: one of them did not finish", "to_reach": at_least})
        elif value.get(figure) and reference.get(figure):
            quotient = value[figure] / reference[figure]
            self.ratios.append({"name": label, "ratio": round(quotient, 3), "to_reach": at_least})

    def bound(self, label, value, at_most, unit):
        self.ratios.append({"name": f"{label} ({unit})", "value": round(value, 1), "at_most": at_most})

    def latency(self, result):
        self.latencies.append(result)
        return result

    def unfinished(self):
        """weir's own runs that did not get to their end."""
        return [row["name"] for row in self.rows if row.get("incomplete") and row["name"].startswith("weir")]

    def environment(self):
        processor_name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                               if line.startswith("model name")), platform.machine())
        commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                                check=False).stdout.strip()
        return {"date": time.strftime("%Y-%m-%d"), "commit": commit, "cpu": processor_name, "cores": os.cpu_count(),
                "linux": platform.release(), "mongodb": self.mongo.server_info()["version"],
                "load_average": os.getloadavg()[0], "quick": self.quick, "repeat": self.repeat,
                "peers": self.peers is not None}

    def print_report(self):
        environment = self.environment()
        print("\n" + ", ".join(f"{key} {value}" for key, value in environment.items()) + "\n")
        if not self.peers:
            print("Without the peers (Kafka Streams, Kafka Connect): left out, or not beside the project.\n")
        for row in self.rows:
            if row.get("incomplete"):
                print(f"NOT FINISHED: {row['name']} ({row['records']:,.0f} records)\n")
        print_table([("name", "what", "{}"), *COLUMNS], self.rows)
        print_table([("name", "latency", "{}"), ("arrived", "records", "{:,}"), ("p50_ms", "p50 ms", "{:.1f}"),
                     ("p90_ms", "p90 ms", "{:.1f}"), ("p99_ms", "p99 ms", "{:.1f}"), ("max_ms", "max ms", "{:.1f}")],
                    self.latencies)
        print_table([("curve", "cost curve", "{}"), ("at", "at", "{}"), ("rate", "per s", "{:,.0f}"),
                     ("per_cpu", "per CPU-s", "{:,.0f}"), ("rss_mb", "MB", "{:,.0f}")], self.curves)
        print_table([("name", "compared", "{}"), ("ratio", "times", "{:.2f}"), ("to_reach", "to reach", "{}"),
                     ("value", "measured", "{:,.1f}"), ("at_most", "at most", "{}")], self.ratios)
        print(json.dumps({"environment": environment, "runs": self.rows, "latencies": self.latencies,
                          "curves": self.curves, "compared": self.ratios}))


def print_table(columns, rows):
    """A Markdown table; nothing when there are no rows."""
    if not rows:
        return
    lines = [[title for _, title, _ in columns]]
    for row in rows:
        lines.append([form.format(row[key]) if row.get(key) is not None else "" for key, _, form in columns])
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for number, line in enumerate(lines):
        print("| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                for i, (cell, width) in enumerate(zip(line, widths))) + " |")
        if number == 0:
            print("| " + " | ".join("-" * width if i == 0 else "-" * (width - 1) + ":"
                                    for i, width in enumerate(widths)) + " |")
    print()
