"""weir-source: the copy of a collection and a change stream's backlog, beside a bare reader and MongoDB's connector."""
import time

from support import DATABASE, MONGODB_URI


def properties(name, collection, **more):
    return {"name": name, "connector.class": "MongoDbAtlasSource", "connection.uri": MONGODB_URI, "database": DATABASE,
            "collection": collection, "topic.prefix": name, "output.data.format": "JSON",
            "publish.full.document.only": "true", "topic.creation.default.replication.factor": "1", **more}


def stage(bench, label, collection, count, **more):
    """A row for weir-source from its start to the last record that a read_committed consumer sees."""
    def once():
        name = bench.name("bench-source")
        topic = bench.create_topics(f"{name}.{DATABASE}.{collection}")
        result = bench.watch(count, bench.command("source", properties(name, collection, **more)), topics=[topic])
        bench.delete_topics(name)
        return result
    return bench.measure(label, once)


def load(bench, collection, count, size):
    """Fills a collection; returns the second before, to start a change stream from."""
    bench.mongo[DATABASE].drop_collection(collection)
    bench.mongo[DATABASE].create_collection(collection)
    time.sleep(1.1)
    since = int(time.time())
    bench.run_program("load_mongo", DATABASE, collection, count, size)
    return since


def compare(bench, what, ours, limit, peer, rate_to_reach):
    bench.ratio(f"{what}: records per CPU-second, Connect", ours, peer, "steady_per_cpu", 6)
    bench.ratio(f"{what}: records per second, Connect", ours, peer, "steady_rate", rate_to_reach)
    bench.ratio(f"{what}: records per CPU-second, bare reader", ours, limit, "steady_per_cpu", None)
    bench.ratio(f"{what}: records per second, bare reader", ours, limit, "steady_rate", None)
    bench.bound(f"{what}: resident", ours["rss_mb"], 48, "MB")
    bench.bound(f"{what}: first record", ours["first_ms"], 300, "ms")


def snapshot(bench, collection, size):
    count = bench.size(500_000, 20_000)
    load(bench, collection, count, size)
    limit = bench.limit(f"bare scan, {size} B", "mongo_read", "scan", DATABASE, collection, count)
    ours = stage(bench, f"weir-source copy, {size} B", collection, count, **{"startup.mode": "copy_existing"})
    peer = bench.peers.snapshot(bench, count) if bench.peers and collection == "snap1k" else None
    compare(bench, f"copy, {size} B", ours, limit, peer, 3.5)
    bench.mongo[DATABASE].drop_collection(collection)


def live(bench, collection, size):
    """The backlog must be the last thing in the oplog: a change stream's last batch waits for the rest of it."""
    count = bench.size(300_000, 20_000)
    since = load(bench, collection, count, size)
    limit = bench.limit(f"bare change stream, {size} B", "mongo_read", "stream", DATABASE, collection, count, since)
    start = {"startup.mode": "timestamp", "startup.mode.timestamp.start.at.operation.time": str(since)}
    ours = stage(bench, f"weir-source live, {size} B", collection, count, **start)
    peer = bench.peers.stream(bench, count, since) if bench.peers and collection == "live1k" else None
    compare(bench, f"live, {size} B", ours, limit, peer, 3)
    bench.mongo[DATABASE].drop_collection(collection)


def run(bench):
    count = bench.size(50_000, 5_000)
    load(bench, "warm", count, 1024)
    name = bench.name("bench-source")
    topic = bench.create_topics(f"{name}.{DATABASE}.warm")
    bench.watch(count, bench.command("source", properties(name, "warm", **{"startup.mode": "copy_existing"})), topics=[topic])
    snapshot(bench, "snap1k", 1024)
    snapshot(bench, "snap200", 200)
    live(bench, "live1k", 1024)
    live(bench, "live200", 200)
