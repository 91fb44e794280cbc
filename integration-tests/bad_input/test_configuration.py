"""What a user gets wrong before anything runs: one clear message with its place, and the right exit status."""
import pytest

from support.processes import run
from support.recipe import Recipe


def write(folder, text, name="stage.yaml"):
    path = folder / name
    path.write_text(text)
    return path


def refused(result, status, *words):
    assert result.returncode == status, (result.returncode, result.stderr)
    text = result.stderr
    for word in words:
        assert word in text, f"{word!r} not in {text!r}"
    assert len(text.splitlines()) <= 3, f"noise:\n{text}"


SINK = """name: s
connector.class: MongoSinkConnector
bootstrap.servers: 127.0.0.1:1
topics: t
database: d
"""


def test_yaml_that_does_not_parse(tmp_path):
    file = write(tmp_path, "name: s\n  bad indent: [1,\n")
    refused(run("sink", "run", file), 2, f"{file}:2")


def test_unknown_property_names_the_nearest(tmp_path):
    file = write(tmp_path, SINK + "max.batch.sise: 3\n")
    refused(run("sink", "validate", file), 2, f"{file}:6", "max.batch.sise", "max.batch.size")


def test_wrong_type(tmp_path):
    file = write(tmp_path, SINK + "max.batch.size: many\n")
    refused(run("sink", "validate", file), 2, f"{file}:6", "max.batch.size", "many")


def test_missing_required_property(tmp_path):
    file = write(tmp_path, SINK.replace("database: d\n", ""))
    refused(run("sink", "validate", file), 2, "database")


def test_missing_file(tmp_path):
    refused(run("source", "run", tmp_path / "none.yaml"), 2, "none.yaml", "No such file")


def test_unset_environment_variable(tmp_path):
    file = write(tmp_path, SINK + "connection.password: ${env:WEIR_TEST_UNSET}\n")
    refused(run("sink", "validate", file), 2, f"{file}:6", "WEIR_TEST_UNSET")


def test_unknown_connector_lists_the_known(tmp_path):
    file = write(tmp_path, SINK.replace("MongoSinkConnector", "CassandraSink"))
    refused(run("sink", "validate", file), 2, "CassandraSink", "mongodb", "http")


def test_valid_configuration_is_accepted(tmp_path):
    result = run("sink", "validate", write(tmp_path, SINK))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("kind", ["source", "processor", "sink"])
def test_help_and_version(kind):
    assert run(kind, "--version").stdout.startswith(f"weir-{kind} ")
    assert "run FILE" in run(kind, "--help").stdout
    assert run(kind, "frobnicate").returncode == 2


def test_secrets_print_as_stars(tmp_path):
    file = write(tmp_path, SINK + "connection.password: hunter2\nconnection.user: u\nconnection.host: 127.0.0.1:1\n")
    result = run("sink", "validate", file, "--print-effective-config")
    assert "hunter2" not in result.stdout + result.stderr and "***" in result.stdout


def test_sql_error_has_line_and_caret(tmp_path):
    program = write(tmp_path, "CREATE STREAM s (id STRING KEY, v INT) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON', PARTITIONS=1);\n"
                    "CREATE STREAM o AS SELECT id, vv FROM s;\n", "p.sql")
    file = write(tmp_path, f"name: p\nbootstrap.servers: 127.0.0.1:1\nksql.queries.file: {program}\n")
    result = run("processor", "validate", file)
    assert result.returncode == 2
    assert f"{program}:2:31" in result.stderr and "VV" in result.stderr and "^" in result.stderr


def test_recipe_program_validates(tmp_path):
    program = Recipe("v").write(tmp_path)
    file = write(tmp_path, f"name: p\nbootstrap.servers: 127.0.0.1:1\nksql.queries.file: {program}\n")
    result = run("processor", "validate", file)
    assert result.returncode == 0, result.stderr
