"""weir-sink: to MongoDB beside a bare bulk writer, over HTTP beside bare libcurl, and both beside Kafka Connect."""
import contextlib
import subprocess

from support import DATABASE, MONGODB_URI, program

RECORDS, ALERTS, COLLECTION = "diff_load", "retrain_load", "training_data"
BATCH = 1000
STRATEGY = "com.mongodb.kafka.connect.sink.writemodel.strategy."
BY_FISH = {
    "document.id.strategy": "com.mongodb.kafka.connect.sink.processor.id.strategy.PartialValueStrategy",
    "document.id.strategy.partial.value.projection.type": "AllowList",
    "document.id.strategy.partial.value.projection.list": "fish_id",
    "document.id.strategy.overwrite.existing": "true",
    "writemodel.strategy": STRATEGY + "ReplaceOneDefaultStrategy",
}


def empty_collection(bench):
    bench.mongo[DATABASE].drop_collection(COLLECTION)
    bench.mongo[DATABASE].create_collection(COLLECTION)


def to_mongodb(bench, label, count, **more):
    def once():
        empty_collection(bench)
        name = bench.name("bench-sink")
        properties = {"name": name, "connector.class": "MongoDbAtlasSink", "connection.uri": MONGODB_URI, "topics": RECORDS,
                      "input.data.format": "JSON", "database": DATABASE, "collection": COLLECTION,
                      "max.batch.size": BATCH, **more}
        return bench.watch(count, bench.command("sink", properties), collection=f"{DATABASE}.{COLLECTION}")
    return bench.measure(label, once)


def bare_writer(bench, operation, count):
    return bench.limit(f"bare bulk writer, {operation} by {BATCH}", "mongo_write", operation, DATABASE, COLLECTION, count,
                       BATCH, before=lambda: empty_collection(bench))


def compare(bench, what, ours, limit, peer, rate_to_reach):
    bench.ratio(f"{what}: records per second, bare writer", ours, limit, "steady_rate", 0.85)
    bench.ratio(f"{what}: records per CPU-second, Connect", ours, peer, "steady_per_cpu", 3)
    bench.ratio(f"{what}: records per second, Connect", ours, peer, "steady_rate", rate_to_reach)
    bench.bound(f"{what}: resident", ours["rss_mb"], 48, "MB")


def mongodb(bench):
    count = bench.size(500_000, 20_000)
    bench.create_topics(RECORDS)
    bench.run_program("load_kafka", "diff", count, RECORDS)
    peer = bench.peers.sink if bench.peers else lambda *_: None
    insert = bare_writer(bench, "insert", count)
    replace = bare_writer(bench, "replace_by_fish", count)
    by_default = to_mongodb(bench, "weir-sink, recipe's defaults", count, **{"max.batch.size": 0})
    compare(bench, "sink, recipe's defaults", by_default, insert, peer(bench, "sink", count), 4)
    inserted = to_mongodb(bench, "weir-sink, insert", count,
                          **{"writemodel.strategy": STRATEGY + "InsertOneDefaultStrategy"})
    compare(bench, "sink, insert", inserted, insert, peer(bench, "sink-insert", count), None)
    replaced = to_mongodb(bench, "weir-sink, replace by fish_id", count, **BY_FISH)
    compare(bench, "sink, replace", replaced, replace, peer(bench, "sink-by-id", count), None)
    empty_collection(bench)
    bench.delete_topics(RECORDS)


@contextlib.contextmanager
def http_server(bench):
    """(port, counter file) of a server that answers each POST with 200."""
    counter = bench.folder / "posts"
    server = subprocess.Popen([program("http_server"), str(counter)], stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline()), counter
    finally:
        server.terminate()
        server.wait()


def to_http(bench, count, in_flight):
    def once():
        name = bench.name("bench-http")
        with http_server(bench) as (port, counter):
            properties = {"name": name, "connector.class": "HttpSink", "topics": ALERTS, "input.data.format": "JSON",
                          "http.api.url": f"http://127.0.0.1:{port}/", "request.method": "POST",
                          "headers": "Content-Type:application/json", "max.in.flight.requests": in_flight}
            return bench.watch(count, bench.command("sink", properties), counter=counter)
    return bench.measure(f"weir-sink over HTTP, {in_flight} in flight", once)


def bare_libcurl(bench, count, in_flight):
    with http_server(bench) as (port, _):
        return bench.limit(f"bare libcurl, {in_flight} in flight", "http_post", f"http://127.0.0.1:{port}/", count, in_flight)


def http(bench):
    count = bench.size(100_000, 10_000)
    bench.create_topics(ALERTS)
    bench.run_program("load_kafka", "retrain", count, ALERTS)
    peer = bench.peers.http(bench, count) if bench.peers else None
    for in_flight in (1, 8):
        limit = bare_libcurl(bench, count, in_flight)
        ours = to_http(bench, count, in_flight)
        what = f"HTTP, {in_flight} in flight"
        bench.ratio(f"{what}: requests per second, bare libcurl", ours, limit, "steady_rate", 0.85)
        bench.ratio(f"{what}: requests per CPU-second, bare libcurl", ours, limit, "steady_per_cpu", None)
        bench.ratio(f"{what}: requests per CPU-second, Java sink on Connect", ours, peer, "steady_per_cpu",
                    8 if in_flight == 8 else None)
        bench.bound(f"{what}: resident", ours["rss_mb"], 48, "MB")
    bench.delete_topics(ALERTS)


def run(bench):
    mongodb(bench)
    http(bench)
