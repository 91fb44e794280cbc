"""`weir-processor sql`: INSERT, SELECT, SHOW, DROP against a running program."""
from support.processes import run, wait_until
from support.recipe import PREDICTIONS, WEIGHTS, Recipe


def inserts():
    rows = [("predicted_weight", row) for row in PREDICTIONS] + [("actual_weight", row) for row in WEIGHTS]
    return "".join(f"INSERT INTO {name} VALUES {row!r};\n" for name, row in rows)


def test_rows_inserted_by_sql_come_out_of_the_table(stage, topics, bootstrap, unique, tmp_path):
    recipe = Recipe(unique)
    processor = stage("processor", recipe.processor(bootstrap, tmp_path)).start()
    (tmp_path / "rows.sql").write_text(inserts())
    done = run("processor", "sql", processor.file, "-f", tmp_path / "rows.sql")
    assert done.returncode == 0, done.stderr
    topics.read(recipe.diff, expect=10)

    def table():
        shown = run("processor", "sql", processor.file, "-e", "SELECT * FROM retrain_weight;")
        assert shown.returncode == 0, shown.stderr
        # In which order fish of different partitions join, and whether a minute ends meanwhile, is not said.
        rows = [line for line in shown.stdout.splitlines() if line.startswith("|key ")]
        return shown.stdout if all(species in "".join(rows) for species in ("Salmon", "Bass", "Trout")) else None

    lines = wait_until(table, 20, "the rows", every=0.5).splitlines()
    names = [cell.strip() for cell in lines[1].strip("|").split("|")]
    assert names == ["KEY", "WINDOWSTART", "WINDOWEND", "SPECIES", "FISH_ID_START", "FISH_ID_END", "ERRORAVG"]
    assert lines[-1] == "Query terminated"


def test_push_query_ends_at_its_limit(stage, topics, bootstrap, unique, tmp_path):
    recipe = Recipe(unique)
    processor = stage("processor", recipe.processor(bootstrap, tmp_path)).start()
    (tmp_path / "rows.sql").write_text(inserts())
    assert run("processor", "sql", processor.file, "-f", tmp_path / "rows.sql").returncode == 0
    shown = run("processor", "sql", processor.file, "-e",
                "SET 'auto.offset.reset'='earliest'; SELECT fish_id, error FROM diff_weight EMIT CHANGES LIMIT 3;")
    assert shown.returncode == 0, shown.stderr
    rows = [line for line in shown.stdout.splitlines() if line.startswith("|1")]
    assert len(rows) == 3 and "Limit Reached" in shown.stdout


def test_mistakes_show_the_statement(stage, bootstrap, unique, tmp_path, topics):
    recipe = Recipe(unique)
    topics.create(recipe.predictions, 6)
    topics.create(recipe.weights, 6)
    processor = stage("processor", recipe.processor(bootstrap, tmp_path))
    shown = run("processor", "sql", processor.file, "-e", "SELECT nope FROM predicted_weight EMIT CHANGES;")
    assert shown.returncode == 2
    assert "1:8" in shown.stderr and "NOPE" in shown.stderr and "^" in shown.stderr


def test_drop_deletes_the_topic_when_told_to(stage, bootstrap, unique, tmp_path, topics):
    program = tmp_path / "p.sql"
    program.write_text(f"CREATE STREAM s (id STRING KEY, v INT) WITH (KAFKA_TOPIC='{unique}', VALUE_FORMAT='JSON', PARTITIONS=1);")
    topics.create(unique, 1)
    file = tmp_path / "p.yaml"
    file.write_text(f"name: {unique}\nbootstrap.servers: {bootstrap}\nksql.queries.file: {program}\n")
    assert run("processor", "sql", file, "-e", "SHOW STREAMS;").stdout.count(unique) >= 1
    assert run("processor", "sql", file, "-e", "DROP STREAM IF EXISTS s DELETE TOPIC;").returncode == 0
    wait_until(lambda: unique not in topics.names(), 20, "the topic to go")
