"""A connector built outside the tree, from the installed headers: it loads, is listed and runs."""
import os
import pathlib
import shutil
import subprocess

import pytest

from support import processes
from support.processes import BUILD, wait_until

HERE = pathlib.Path(__file__).parent
WARNINGS = ["-std=gnu17", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where `meson install` put everything: bin/, include/, lib/weir/plugins and weir.pc somewhere below."""
    root = tmp_path_factory.mktemp("installed")
    subprocess.run(["meson", "install", "-C", BUILD, "--destdir", root, "--no-rebuild", "--quiet"], check=True)
    (binary,) = root.rglob("bin/weir-source")
    return binary.parent.parent


@pytest.fixture(scope="module")
def plugin_folder(installed, tmp_path_factory):
    """numbers.so, built in a folder that holds nothing else of weir."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(HERE / "numbers.c", folder)
    (description,) = installed.rglob("weir.pc")
    environment = {**os.environ, "PKG_CONFIG_PATH": str(description.parent), "PKG_CONFIG_SYSROOT_DIR": ""}
    flags = subprocess.run(["pkg-config", f"--define-variable=prefix={installed}", "--cflags", "weir"],
                           env=environment, check=True, capture_output=True, text=True).stdout.split()
    plugins = folder / "plugins"
    plugins.mkdir()
    subprocess.run(["cc", *WARNINGS, "-shared", "-fPIC", *flags, "numbers.c", "-o", plugins / "numbers.so"],
                   cwd=folder, check=True)
    return plugins


@pytest.fixture
def executables(installed, monkeypatch):
    """Stages of this test are the installed ones."""
    monkeypatch.setattr(processes, "EXECUTABLES", {kind: installed / "bin" / f"weir-{kind}" for kind in ("source", "sink")})


def listed(installed, kind, folder):
    return subprocess.run([installed / "bin" / f"weir-{kind}", "plugins", folder], check=True,
                          capture_output=True, text=True)


def complaints(done):
    """Lines on standard error. libmongoc tells at load when a killed process of the same pid left its counters behind."""
    return [line for line in done.stderr.splitlines() if "malloc for counters" not in line]


def test_both_executables_list_it(installed, plugin_folder):
    source = listed(installed, "source", plugin_folder)
    assert f"numbers      source  0.9      {plugin_folder}/numbers.so" in source.stdout
    assert "org.example.NumbersSourceConnector" in source.stdout and "lines" not in source.stdout
    sink = listed(installed, "sink", plugin_folder)
    assert f"lines        sink    0.9      {plugin_folder}/numbers.so" in sink.stdout
    assert complaints(source) == complaints(sink) == []


def test_the_stdout_sink_is_a_plugin_that_is_found_by_itself(installed):
    assert "lib/weir/plugins/weir-sink-stdout.so" in listed(installed, "sink", installed).stdout
    output = subprocess.run([processes.EXECUTABLES["sink"], "plugins"], check=True, capture_output=True, text=True).stdout
    assert "weir-sink-stdout.so" in output


def test_its_properties_are_checked_and_explained(installed, plugin_folder, tmp_path):
    file = tmp_path / "source.yaml"
    file.write_text(f"name: n\nconnector.class: NumbersSource\nbootstrap.servers: 127.0.0.1:1\n"
                    f"plugin.path: {plugin_folder}\nnumbers.count: 0\n")
    result = subprocess.run([installed / "bin/weir-source", "validate", file], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr == (f"{file}:5: numbers.count: 0 is outside 1 to 1000000\n"
                             f"{file}: numbers.topic: missing required property\n")


def test_a_plugin_of_another_interface_is_refused_with_a_reason(installed, plugin_folder, tmp_path):
    source = tmp_path / "old.c"
    source.write_text("struct { unsigned abi; const void *sources, *sinks; } weir_plugin = {9999, 0, 0};\n")
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", tmp_path / "old.so"], check=True)
    result = listed(installed, "source", tmp_path)
    assert "old.so: was built for plugin interface 9999" in result.stderr


def test_it_carries_records_and_goes_on_where_it_stood(executables, plugin_folder, stage, bootstrap, topics, unique, tmp_path):
    source = {"name": f"{unique}_numbers", "connector.class": "NumbersSource", "bootstrap.servers": bootstrap,
              "plugin.path": str(plugin_folder), "numbers.topic": unique, "topic.creation.default.partitions": "3",
              "topic.creation.default.replication.factor": "1"}
    first = stage("source", {**source, "numbers.count": "50"}, name="first").start()
    topics.read(unique, expect=50)
    assert first.stop() == 0
    second = stage("source", {**source, "numbers.count": "80"}, name="second").start()
    records = topics.read(unique, expect=80)
    assert sorted(int(record.key) for record in records) == list(range(1, 81))
    assert "weir_numbers_made_total" in second.http("/metrics")[1]
    assert '"offset":{"next":81}' in second.http(f"/connectors/{unique}_numbers/offsets")[1].replace(" ", "")

    lines = tmp_path / "lines.txt"
    sink = stage("sink", {"name": f"{unique}_lines", "connector.class": "lines", "bootstrap.servers": bootstrap,
                          "plugin.path": str(plugin_folder), "topics": unique, "lines.file": str(lines),
                          "tasks.max": "2"}).start()
    wait_until(lambda: lines.exists() and len(lines.read_text().splitlines()) >= 80, 30, "80 lines")
    assert sink.stop() == 0
    seen = {tuple(line.split(" ", 2)) for line in lines.read_text().splitlines()}
    assert seen == {(str(r.partition), str(r.offset), r.value.decode()) for r in records}
