"""All five stages at once, every one exactly once: how long a document takes from its insert to the sink's collection."""
import contextlib
import json

from processor import PREDICTIONS, RECIPE, WEIGHTS, Program
from sink import http_server
from support import DATABASE, MONGODB_URI, last_json, program

PORTS = {"predictions": 18971, "weights": 18972, "processor": 18973, "training": 18974, "retrain": 18975}
# The fish is the key of the join; the measurement finds it in the document.
PROGRAM = RECIPE.replace("   predicted_weight.fish_id AS fish_id,",
                         "   predicted_weight.fish_id AS fish_id, AS_VALUE(predicted_weight.fish_id) AS fish,")


def source(name, database, collection, topic):
    return {"name": name, "connector.class": "MongoDbAtlasSource", "connection.uri": MONGODB_URI, "topic.prefix": "kt",
            "topic.namespace.map": json.dumps({f"{database}.{collection}": topic.removeprefix("kt.")}),
            "database": database, "collection": collection, "output.data.format": "JSON",
            "publish.full.document.only": "true", "startup.mode": "latest", "transforms": "key,fish_id",
            "transforms.key.type": "org.apache.kafka.connect.transforms.ValueToKey", "transforms.key.fields": "fish_id",
            "transforms.fish_id.type": "org.apache.kafka.connect.transforms.ExtractField$Key",
            "transforms.fish_id.field": "fish_id", "topic.creation.default.replication.factor": "1"}


def sinks(name, database, recipe, http_port):
    both = {"input.data.format": "JSON"}
    return ({"name": f"{name}-training", "connector.class": "MongoDbAtlasSink", "connection.uri": MONGODB_URI,
             "topics": recipe.diff, "database": database, "collection": "training_data", **both},
            {"name": f"{name}-retrain", "connector.class": "HttpSink", "topics": recipe.retrain,
             "http.api.url": f"http://127.0.0.1:{http_port}/", "request.method": "POST", **both})


@contextlib.contextmanager
def stages(bench, database):
    """The recipe's five processes, ready; gives their processes by name."""
    name = bench.name("bench-pipeline")
    inputs = [f"kt.{name}.{topic.removeprefix('kt.')}" for topic in (PREDICTIONS, WEIGHTS)]
    bench.create_topics(*inputs)
    recipe = Program(bench, PROGRAM, inputs)
    for collection in ("weight-prediction", "machine-weight", "training_data"):
        bench.mongo[database].create_collection(collection)
    with contextlib.ExitStack() as running:
        http_port, _ = running.enter_context(http_server(bench))
        training, retrain = sinks(name, database, recipe, http_port)
        wanted = {"predictions": ("source", source(f"{name}-predictions", database, "weight-prediction", inputs[0])),
                  "weights": ("source", source(f"{name}-weights", database, "machine-weight", inputs[1])),
                  "processor": ("processor", recipe.properties()),
                  "training": ("sink", training), "retrain": ("sink", retrain)}
        yield {one: running.enter_context(bench.running(*what, PORTS[one])) for one, what in wanted.items()}
    recipe.delete(bench)
    bench.delete_topics(f"kt.{name}", name)


def usage(process):
    """(CPU-seconds, peak MB) of a stage; its process is the shell's, which it replaced."""
    def of(name):
        with open(f"/proc/{process.pid}/{name}", encoding="utf-8") as file:
            return file.read()
    ticks = of("stat").rsplit(")", 1)[1].split()[11:13]
    peak_kb = next(line for line in of("status").splitlines() if line.startswith("VmHWM")).split()[1]
    return sum(map(int, ticks)) / 100, int(peak_kb) / 1024


def run(bench):
    rate, seconds = 500, bench.size(30, 5)
    database = bench.name("bench").replace("-", "_")
    with stages(bench, database) as processes:
        bench.capture(program("latency_mongo"), database, rate, bench.size(45, 3))  # the broker compiles what transactions need
        before = {name: usage(process) for name, process in processes.items()}
        result = last_json(bench.capture(program("latency_mongo"), database, rate, seconds))
        for name, process in processes.items():
            cpu_s, peak_mb = usage(process)
            records = rate * seconds // (1 if name == "processor" else 2)
            spent_s = cpu_s - before[name][0]
            bench.add(f"pipeline, {name} at {rate} documents/s",
                      {"records": records, "cores": spent_s / seconds, "rss_mb": peak_mb,
                       "steady_per_cpu": records / spent_s if spent_s else None})
        floor = last_json(bench.capture(program("latency_mongo"), database, rate, bench.size(10, 3), "machine-weight"))
    bench.latency({**result, "name": f"insert to sink document, {rate} documents/s"})
    bench.latency({**floor, "name": "the method itself: insert to its change stream"})
    bench.bound("insert to sink document: p50", result["p50_ms"], 40, "ms")
    bench.bound("insert to sink document: p99", result["p99_ms"], 90, "ms")
    bench.mongo.drop_database(database)
    peer = bench.peers.pipeline(bench, rate, seconds) if bench.peers else None
    for figure in ("p50_ms", "p99_ms"):
        bench.ratio(f"insert to sink document: {figure.removesuffix('_ms')} of Connect and Streams, weir", peer, result, figure,
                    None)
