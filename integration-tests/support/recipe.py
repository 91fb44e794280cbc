"""The recipe's program and rows, with topics of a test's own."""
import json
import pathlib

from .processes import ROOT

PROGRAM = (ROOT / "configs/fish-factory/recipe.sql").read_text()

# fish_id, species, height, length, prediction; then fish_id, species, weight
PREDICTIONS = [
    ("101", "Salmon", 17.33, 74.55, 3.78), ("102", "Salmon", 19.11, 82.19, 4.17), ("103", "Salmon", 21.07, 90.62, 4.6),
    ("104", "Bass", 15.44, 56.23, 2.54), ("105", "Bass", 17.02, 62, 2.8), ("106", "Bass", 18.76, 68.34, 3.09),
    ("107", "Trout", 13.34, 64.05, 1.47), ("108", "Trout", 14.71, 70.61, 1.62), ("109", "Trout", 16.22, 77.85, 1.79),
    ("110", "Trout", 17.03, 81.74, 1.88),
]
WEIGHTS = [
    ("101", "Salmon", 4.38), ("102", "Salmon", 3.17), ("103", "Salmon", 5.6), ("104", "Bass", 5.54), ("105", "Bass", 1.8),
    ("106", "Bass", 4.09), ("107", "Trout", 2.47), ("108", "Trout", 2.62), ("109", "Trout", 2.79), ("110", "Trout", 2.88),
]


class Recipe:
    """The same program with every topic name prefixed, so that tests do not meet."""

    def __init__(self, prefix, extra=""):
        self.prefix = prefix
        self.predictions = f"{prefix}.mdb.weight-prediction"
        self.weights = f"{prefix}.mdb.machine-weight"
        self.diff = f"{prefix}.diff_weight"
        self.retrain = f"{prefix}.retrain_weight"
        self.program = (
            PROGRAM.replace("'kt.mdb.weight-prediction'", f"'{self.predictions}'")
            .replace("'kt.mdb.machine-weight'", f"'{self.weights}'")
            .replace("KAFKA_TOPIC = 'diff_weight'", f"KAFKA_TOPIC = '{self.diff}'")
            .replace("KAFKA_TOPIC = 'retrain_weight'", f"KAFKA_TOPIC = '{self.retrain}'")
        ) + extra
        assert prefix in self.program and "'kt." not in self.program

    def write(self, folder):
        path = pathlib.Path(folder) / "recipe.sql"
        path.write_text(self.program)
        return path

    def processor(self, bootstrap, folder, **more):
        """The processor's configuration."""
        return {
            "name": self.prefix,
            "bootstrap.servers": bootstrap,
            "ksql.service.id": self.prefix + "_",
            "ksql.queries.file": str(self.write(folder)),
            "commit.interval.ms": 100,
            **more,
        }

    def source(self, bootstrap, mongodb_uri, database, collection, **more):
        return {
            "name": f"{self.prefix}-{collection}",
            "connector.class": "MongoDbAtlasSource",
            "bootstrap.servers": bootstrap,
            "connection.uri": mongodb_uri,
            "topic.prefix": self.prefix,
            "topic.namespace.map": json.dumps({f"{database}.{collection}": f"mdb.{collection}"}),
            "database": database,
            "collection": collection,
            "copy.existing": "true",
            "output.data.format": "JSON",
            "publish.full.document.only": "true",
            "transforms": "key,fish_id",
            "transforms.key.type": "org.apache.kafka.connect.transforms.ValueToKey",
            "transforms.key.fields": "fish_id",
            "transforms.fish_id.type": "org.apache.kafka.connect.transforms.ExtractField$Key",
            "transforms.fish_id.field": "fish_id",
            "topic.creation.default.partitions": "6",
            "topic.creation.default.replication.factor": "1",
            "offset.storage.topic": f"{self.prefix}-offsets",
            **more,
        }

    def mongodb_sink(self, bootstrap, mongodb_uri, database, **more):
        return {
            "name": f"{self.prefix}-training",
            "connector.class": "MongoDbAtlasSink",
            "bootstrap.servers": bootstrap,
            "connection.uri": mongodb_uri,
            "topics": self.diff,
            "input.data.format": "JSON",
            "database": database,
            "collection": "training_data",
            "max.num.retries": "3",
            "retries.defer.timeout": "5000",
            "max.batch.size": "0",
            **more,
        }

    def http_sink(self, bootstrap, url, **more):
        return {
            "name": f"{self.prefix}-retrain",
            "connector.class": "HttpSink",
            "bootstrap.servers": bootstrap,
            "topics": self.retrain,
            "input.data.format": "JSON",
            "http.api.url": url,
            "request.method": "POST",
            **more,
        }


def prediction_record(row, timestamp_ms):
    fish_id, species, height, length, prediction = row
    value = {"fish_id": fish_id, "species": species, "height": height, "length": length, "prediction": prediction}
    return fish_id.encode(), json.dumps(value).encode(), timestamp_ms


def weight_record(row, timestamp_ms):
    fish_id, species, weight = row
    return fish_id.encode(), json.dumps({"fish_id": fish_id, "species": species, "weight": weight}).encode(), timestamp_ms


def fold(records):
    """What a compacted reader keeps: the last value of each key, tombstones removed."""
    table = {}
    for record in records:
        if record.value is None:
            table.pop(record.key, None)
        else:
            table[record.key] = record.value
    return table
