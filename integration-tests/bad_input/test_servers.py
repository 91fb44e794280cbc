"""Servers that are missing, refuse, or are not what a stage needs: one clear message, exit status 1."""
import subprocess

import pymongo
import pytest

from support.processes import ROOT, free_port, run, wait_until
from support.recipe import Recipe


def refused(result, *words):
    assert result.returncode == 1, (result.returncode, result.stderr)
    for word in words:
        assert word in result.stderr, f"{word!r} not in {result.stderr!r}"
    errors = [line for line in result.stderr.splitlines() if " ERROR " in line or line.startswith("weir-")]
    assert len(errors) <= 2, f"noise:\n{result.stderr}"


def write(folder, config):
    path = folder / "stage.yaml"
    path.write_text("".join(f"{key}: '{value}'\n" for key, value in {"listeners": "http://127.0.0.1:0", "startup.timeout.ms": "3000", **config}.items()))
    return path


def test_unreachable_kafka(tmp_path, mongodb_uri):
    port = free_port()
    config = Recipe("x").source(f"127.0.0.1:{port}", mongodb_uri, "d", "c")
    refused(run("source", "run", write(tmp_path, config)), f"127.0.0.1:{port}")


def test_unreachable_mongodb(tmp_path, bootstrap, unique):
    port = free_port()
    uri = f"mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=1000"
    refused(run("source", "run", write(tmp_path, Recipe(unique).source(bootstrap, uri, "d", "c"))), f"127.0.0.1:{port}")


@pytest.fixture(scope="module")
def second_mongod(tmp_path_factory, servers):
    """start(*options) runs one more mongod, of another kind; returns its port."""
    started = []

    def start(*options):
        folder, port = tmp_path_factory.mktemp("mongod"), free_port()
        executable = subprocess.run(["sh", "-c", "echo ${XDG_CACHE_HOME:-$HOME/.cache}/weir/mongod"],
                                    capture_output=True, text=True, check=True).stdout.strip()
        started.append(subprocess.Popen([executable, "--dbpath", folder, "--port", str(port), "--bind_ip", "127.0.0.1",
                                         *options], stdout=subprocess.DEVNULL))

        def answers():
            try:
                return pymongo.MongoClient(port=port, serverSelectionTimeoutMS=500, directConnection=True).admin.command("ping")
            except pymongo.errors.PyMongoError:
                return None

        wait_until(answers, 30, "the second mongod")
        return port

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_standalone_mongod_has_no_change_streams(tmp_path, bootstrap, unique, second_mongod):
    uri = f"mongodb://127.0.0.1:{second_mongod()}/"
    refused(run("source", "run", write(tmp_path, Recipe(unique).source(bootstrap, uri, "d", "c"))), "replica set")


def test_wrong_credentials(tmp_path, bootstrap, unique, mongodb_uri):
    uri = mongodb_uri.replace("mongodb://", "mongodb://nobody:wrong@", 1)
    result = run("source", "run", write(tmp_path, Recipe(unique).source(bootstrap, uri, "d", "c")))
    refused(result, "uthentication")
    assert "wrong@" not in result.stderr


def test_missing_input_topic(tmp_path, bootstrap, unique):
    program = tmp_path / "p.sql"
    program.write_text(f"CREATE STREAM s (id STRING KEY, v INT) WITH (KAFKA_TOPIC='{unique}', VALUE_FORMAT='JSON');\n"
                       "CREATE STREAM o AS SELECT id, v FROM s;\n")
    config = {"name": unique, "bootstrap.servers": bootstrap, "ksql.queries.file": program}
    result = run("processor", "run", write(tmp_path, config))
    assert result.returncode != 0 and unique in result.stderr and "does not exist" in result.stderr


def test_unequal_partition_counts(tmp_path, bootstrap, unique, topics):
    """Of the two sides of a join; and of a topic that the program declares otherwise."""
    for declared, words in ((True, (f"{unique}.mdb.machine-weight", "3 partitions, not 6")),
                            (False, ("PREDICTED_WEIGHT", "ACTUAL_WEIGHT", "6", "3"))):
        recipe = Recipe(unique)
        if declared:
            topics.create(recipe.predictions, 6)
            topics.create(recipe.weights, 3)
        else:
            recipe.program = recipe.program.replace(",\n  PARTITIONS = 6", "")
        result = run("processor", "run", write(tmp_path, recipe.processor(bootstrap, tmp_path)))
        assert result.returncode == 2
        for word in words:
            assert word in result.stderr, result.stderr


def test_missing_sink_topic_is_named(tmp_path, bootstrap, unique, mongodb_uri):
    config = Recipe(unique).mongodb_sink(bootstrap, mongodb_uri, "d")
    refused(run("sink", "run", write(tmp_path, config)), f"{unique}.diff_weight")


def test_services_status_is_told():
    assert "KAFKA_BOOTSTRAP=" in subprocess.run([ROOT / "scripts/services", "status"], capture_output=True, text=True).stdout
