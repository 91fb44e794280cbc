"""Kafka Streams and Kafka Connect, run by the scripts that lie beside the project, on the same servers."""
import os
import re
import shutil
import subprocess

from support import BOOTSTRAP, DATABASE, FOLDER, MONGODB_URI, note

WORDS = {"n": "records", "total_rate": "whole_rate", "total_per_cpu": "whole_per_cpu", "total_secs": "whole_seconds",
         "total_cpu": "whole_cpu_s"}


def parse(line):
    """A line of `word=number` pairs, with our names for the figures."""
    return {WORDS.get(key, key): float(value) for key, value in re.findall(r"(\w+)=(-?[\d.]+)", line)}


class Peers:
    """Each method runs a peer once a repeat and adds a row."""

    def __init__(self, folder):
        self.folder = folder
        self.cache = FOLDER / "peers"
        self.work = self.cache / "connect-work"
        self.environment = {**os.environ, "KAFKA": BOOTSTRAP, "MONGO": MONGODB_URI, "BENCH_DIR": str(self.cache),
                            "BUILD": str(self.cache / "limits"), "WORK": str(self.work)}
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        note("building the peers")
        for command in (["make", "-s", "-C", folder / "limits", f"OUT={self.cache / 'limits'}"],
                        [folder / "streams/run", "--build"], [folder / "connect/run", "--build"]):
            subprocess.run([str(word) for word in command], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def tool(self, *command):
        subprocess.run([str(self.cache / "limits" / command[0]), *map(str, command[1:])], env=self.environment,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, bench, label, target, script, *arguments, **environment):
        """Runs a script whose last line of figures is the result. On a busy machine a peer may stand still for so long that
        its script gives up: it gets a second chance."""
        def once():
            result = attempt()
            return result if result["records"] >= target else attempt()

        def attempt():
            done = subprocess.run([str(self.folder / script), *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                                  env={**self.environment, **environment}, check=True, timeout=1200)
            result = parse(next(line for line in reversed(done.stdout.splitlines()) if "steady_rate=" in line))
            return result if result["records"] >= target else {**result, "incomplete": True}
        return bench.measure(label, once)

    def loaded(self, *names):
        """Tells the scripts that the data is there already: ours."""
        for name in names:
            (self.work / f"loaded-{name}").touch()

    def snapshot(self, bench, count):
        self.loaded("snap")
        return self.run(bench, "Connect copy, 1 KB", count, "connect/bench", 1, "snapshot", SNAP=str(count))

    def stream(self, bench, count, since):
        (self.work / "since").write_text(str(since))
        self.loaded("live")
        return self.run(bench, "Connect live, 1 KB", count, "connect/bench", 1, "stream", LIVE=str(count))

    def streams(self, bench, variant, pairs, **environment):
        label = f"Kafka Streams, {variant}{' -Xmx' + environment['HEAP'] if environment else ''} (pairs)"
        for topic in ("diff_weight", "retrain_weight"):
            if topic not in bench.admin.list_topics():
                bench.create_topics(topic)
        return self.run(bench, label, pairs, "streams/bench", pairs, 1, variant, **environment)

    def sink(self, bench, variant, count):
        self.loaded("diff")
        return self.run(bench, f"Connect, {variant}", count, "connect/bench", 1, variant, DIFF=str(count))

    def http(self, bench, count):
        """A stand-in for a Java HTTP sink: one blocking POST for each record."""
        self.loaded("retrain")
        return self.run(bench, "Connect, Java HTTP sink", count, "connect/bench", 1, "http", RETRAIN=str(count))

    def pipeline(self, bench, rate, seconds):
        """Two sources and a sink in one Connect worker, Kafka Streams between them."""
        topics = ("kt.mdb.weight-prediction", "kt.mdb.machine-weight", "diff_weight", "retrain_weight")
        missing = [topic for topic in topics if topic not in bench.admin.list_topics()]
        if missing:
            bench.create_topics(*missing)
        note("Connect and Streams, whole pipeline")
        done = subprocess.run([str(self.folder / "connect/e2e"), str(rate), str(seconds)], stdout=subprocess.PIPE, text=True,
                              env=self.environment, check=True, timeout=600)
        line = next(line for line in done.stdout.splitlines() if line.startswith("e2e sink="))
        figures = parse(line)
        return bench.latency({"name": f"Connect and Streams: insert to sink document, {rate} documents/s",
                              "arrived": int(figures["arrived"]),
                              **{f"{key}_ms": figures[key] for key in ("p50", "p90", "p99", "max")}})
