"""Runs the fish factory for a while and tells what happens: see scripts/demo --help."""
import argparse
import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import kafka
import kafka.admin
import kafka.errors
import pymongo

HERE = pathlib.Path(__file__).resolve().parent
CONFIGS = HERE.parent
ROOT = CONFIGS.parents[1]
THRESHOLD = 0.15
TOPICS = ["kt.mdb.weight-prediction", "kt.mdb.machine-weight", "diff_weight", "retrain_weight"]
COLLECTIONS = ["weight-prediction", "machine-weight", "training_data"]
GROUPS = ["connect-recipe_mongodb_training_weights", "connect-recipe_http_retrain_trigger"]
OWN_TOPIC = re.compile(r"_confluent-ksql-fish_factory_.*|fish-factory-.*")
STAGES = {
    "source-predictions": "source",
    "source-weights": "source",
    "processor": "processor",
    "sink-training-data": "sink",
    "sink-retrain": "sink",
}
UNITS = {"MILLISECOND": 1, "SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000}


def window_ms(text):
    """'10 SECONDS' as milliseconds."""
    match = re.fullmatch(r"\s*(\d+)\s+(MILLISECOND|SECOND|MINUTE|HOUR)S?\s*", text, re.IGNORECASE)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a window size such as '10 SECONDS'")
    return int(match[1]) * UNITS[match[2].upper()]


def list_groups(admin, seconds=60):
    """A broker that has just started on much data reads its groups first."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return {group["group_id"] for group in admin.list_groups()}
        except kafka.errors.CoordinatorLoadInProgressError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


class Factory:
    """The processes of the demo, what they tell, and how all of it is cleaned up."""

    def __init__(self, options):
        self.options = options
        self.bootstrap = os.environ["KAFKA_BOOTSTRAP"]
        self.mongodb_uri = os.environ["MONGODB_URI"]
        self.database = pymongo.MongoClient(self.mongodb_uri)["mdb"]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fish-factory-"))
        self.events = queue.Queue()
        self.processes = {}
        self.stopping = threading.Event()

    def clean(self):
        """Removes what an earlier run left: topics, groups, collections."""
        admin = kafka.admin.KafkaAdminClient(bootstrap_servers=self.bootstrap)
        there = [name for name in admin.list_topics() if name in TOPICS or OWN_TOPIC.fullmatch(name)]
        if there:
            admin.delete_topics(there)
        gone = [group for group in list_groups(admin) if group in GROUPS or group.startswith("_confluent-ksql-fish_factory_")]
        if gone:
            admin.delete_groups(gone)
        admin.close()
        for name in COLLECTIONS:
            self.database[name].drop()

    def start(self, name, command, cwd=ROOT):
        """Starts a process; its JSON lines become events, all of it goes to its log."""
        log = open(self.folder / f"{name}.log", "wb")
        process = subprocess.Popen([str(word) for word in command], cwd=cwd, stdout=subprocess.PIPE, stderr=log,
                                   start_new_session=True)
        self.processes[name] = process
        threading.Thread(target=self._listen, args=(name, process), daemon=True).start()

    def _listen(self, name, process):
        for line in process.stdout:
            try:
                self.events.put((name, json.loads(line)))
            except ValueError:
                pass

    def start_stages(self):
        program = (CONFIGS / "recipe.sql").read_text()
        if self.options.window is not None:
            program, changes = re.subn(r"\(SIZE 1 MINUTE,", f"(SIZE {self.options.window},", program)
            assert changes == 1
        recipe = self.folder / "recipe.sql"
        recipe.write_text(program)
        for name, kind in STAGES.items():
            extra = ["--set", f"ksql.queries.file={recipe}"] if kind == "processor" else []
            self.start(name, [ROOT / f"build/connectors/{kind}/weir-{kind}", "run", CONFIGS / f"{name}.yaml", *extra])

    def start_training(self):
        self.start("training", [sys.executable, HERE / "training.py", "--mongodb-uri", self.mongodb_uri, "--port", 0])
        name, event = self.events.get(timeout=20)
        self.training_port = event["port"]
        os.environ["TRAINING_URL"] = f"http://127.0.0.1:{self.training_port}/retrain"

    def start_line(self):
        self.start("line", [sys.executable, HERE / "line.py", "--mongodb-uri", self.mongodb_uri,
                            "--model-url", f"http://127.0.0.1:{self.training_port}/model",
                            "--rate", self.options.rate, "--drift-after", self.options.drift_after,
                            "--seed", self.options.seed])

    def watch_topics(self):
        """Each committed record of diff_weight and retrain_weight becomes an event."""
        def follow():
            consumer = kafka.KafkaConsumer(bootstrap_servers=self.bootstrap, isolation_level="read_committed",
                                           auto_offset_reset="earliest", enable_auto_commit=False,
                                           metadata_max_age_ms=1000)
            consumer.subscribe(["diff_weight", "retrain_weight"])
            while not self.stopping.is_set():
                for records in consumer.poll(timeout_ms=200).values():
                    for record in records:
                        self.events.put((record.topic, record))
            consumer.close()

        threading.Thread(target=follow, daemon=True).start()

    def dead(self):
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def stop(self):
        self.stopping.set()
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 15
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


class Story:
    """What the user sees, and when it is over."""

    def __init__(self, options):
        self.size_ms = window_ms(options.window or "1 MINUTE")
        self.begin = time.monotonic()
        self.errors = {}  # window start -> [sum, count]
        self.inserted = {}  # fish id -> wall time of its weight's insert
        self.joined = 0
        self.latency_ms = None
        self.before = self.after = None
        self.drifted_at = self.retrained_at = self.model_at = None
        self.retrains = 0
        self.shown = 0.0
        self.done = False

    def say(self, text):
        print(f"{time.monotonic() - self.begin:5.0f} s  {text}", flush=True)

    def window_text(self, start_ms):
        return time.strftime("%H:%M:%S", time.localtime(start_ms / 1000))

    def handle(self, name, event):
        getattr(self, "on_" + (name if name in TOPICS else event["event"]).replace(".", "_"), lambda _: None)(event)

    def on_weighed(self, event):
        self.inserted[event["fish_id"]] = event["inserted"]

    def on_drift(self, event):
        self.drifted_at = time.monotonic()
        self.say(f"drift: from now on the fish weigh {event['factor']} times what their length says")

    def on_model(self, event):
        if event["version"] > 1:
            self.model_at = event["at"] * 1000
            self.say(f"the line predicts with model {event['version']}")

    def on_retrain(self, event):
        self.retrains += 1
        trigger = event["trigger"]
        inserted = self.inserted.get(trigger.get("FISH_ID_END"))
        if self.latency_ms is None and inserted:
            self.latency_ms = (event["received"] - inserted) * 1000
            self.say(f"POST received {self.latency_ms:.0f} ms after {trigger['FISH_ID_END']} was weighed: "
                     f"average error {trigger['ERRORAVG']:.1%} (Idempotency-Key {event['key']})")
        if self.before is None:
            self.before = trigger["ERRORAVG"]
        self.say(f"model {event['version']} fitted from the newest {event['documents']} fish of mdb.training_data")

    def on_retrain_weight(self, record):
        if record.value is not None and self.retrained_at is None:
            self.retrained_at = time.monotonic()
            self.say(f"retrain_weight: {record.value.decode()}")

    def on_diff_weight(self, record):
        self.joined += 1
        error = json.loads(record.value)["ERROR"]
        if error is None:
            return
        window = self.errors.setdefault(record.timestamp // self.size_ms * self.size_ms, [0.0, 0])
        window[0] += error
        window[1] += 1

    def tick(self):
        if not self.errors or time.monotonic() - self.shown < 2:
            return
        self.shown = time.monotonic()
        start = max(self.errors)
        total, count = self.errors[start]
        mean = total / count
        bar = "#" * min(60, round(mean * 100))
        bar = (bar.ljust(15) + "|" if len(bar) <= 15 else bar[:15] + "|" + bar[15:])
        self.say(f"window {self.window_text(start)}  {count:5d} fish  error {mean:6.1%}  {bar}")
        enough = max(20, 3 * len(self.errors[start]))
        if self.model_at and start > self.model_at and count >= enough and mean < THRESHOLD:
            self.after = mean
            self.done = True


def summary(factory, story):
    print("\nsummary")
    consumer = kafka.KafkaConsumer(bootstrap_servers=factory.bootstrap, isolation_level="read_committed",
                                   auto_offset_reset="earliest", enable_auto_commit=False)
    for topic in TOPICS:
        print(f"  topic {topic:27s}{count_records(consumer, topic):7d} records")
    consumer.close()
    for name in COLLECTIONS:
        print(f"  collection mdb.{name:18s}{factory.database[name].count_documents({}):7d} documents")
    print(f"  retrain calls                 {story.retrains:7d}")
    print(f"  error when it was called      {story.before:7.1%}")
    print(f"  error in the window after     {story.after:7.1%}")
    print(f"  from insert to POST           {story.latency_ms:7.0f} ms")


def count_records(consumer, topic):
    partitions = [kafka.TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning()
    count, deadline = 0, time.monotonic() + 20
    while any(consumer.position(p) < ends[p] for p in partitions) and time.monotonic() < deadline:
        count += sum(len(records) for records in consumer.poll(timeout_ms=200).values())
    return count


def play(factory, story, seconds_max):
    deadline = time.monotonic() + seconds_max
    while not story.done:
        try:
            story.handle(*factory.events.get(timeout=0.2))
        except queue.Empty:
            pass
        story.tick()
        if factory.dead():
            raise SystemExit(f"demo: {', '.join(factory.dead())} ended by itself; the logs are in {factory.folder}")
        if time.monotonic() > deadline:
            raise SystemExit(f"demo: no recovery within {seconds_max} s; the logs are in {factory.folder}")


def keep_running(factory, story):
    print(f"\nstill running: admin ports 8081 to 8085, logs in {factory.folder}; Ctrl-C ends it", flush=True)
    while not factory.dead():
        try:
            story.handle(*factory.events.get(timeout=0.2))
        except queue.Empty:
            pass
        story.tick()


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", description="The fish factory: three weir stages retrain a "
                                     "model when its error passes 15 %%. Ends by itself in under three minutes.")
    parser.add_argument("--window", help="WINDOW SIZE in place of the recipe's 1 MINUTE, e.g. '10 SECONDS': a shorter "
                        "demo; nothing else of the program changes", type=lambda text: window_ms(text) and text)
    parser.add_argument("--short", action="store_true", help="the same as --window '10 SECONDS' --drift-after 8")
    parser.add_argument("--rate", type=float, default=20, help="fish per second (20)")
    parser.add_argument("--drift-after", type=float, help="seconds until the fish put on weight (20)")
    parser.add_argument("--seed", type=int, default=1, help="of the random fish (1)")
    parser.add_argument("--keep", action="store_true", help="leave it running until Ctrl-C")
    options = parser.parse_args()
    if options.short and options.window is None:
        options.window = "10 SECONDS"
    if options.drift_after is None:
        options.drift_after = 8 if options.short else 20

    factory, story = Factory(options), None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = 1
    try:
        factory.clean()
        factory.start_training()
        factory.start_stages()
        factory.watch_topics()
        factory.start_line()
        story = Story(options)
        story.say(f"five weir processes and the line run; logs in {factory.folder}")
        play(factory, story, 175)
        factory.processes["line"].send_signal(signal.SIGINT) if not options.keep else None
        status = 0
        if options.keep:
            keep_running(factory, story)
    except KeyboardInterrupt:
        print("\ndemo: stopping", flush=True)
        status = 130 if status else 0
    finally:
        if status == 0 and story.done:
            summary(factory, story)
        factory.stop()
        if status in (0, 130):
            factory.clean()
    sys.exit(status)


main()
