"""A pytest plugin: when the broker that all tests share ends by itself, its log is shown, it is started again, and the
test that lost it runs once more. When it ends again the run stops: hundreds of tests without a broker say nothing."""
import os
import pathlib
import subprocess

import pytest
from _pytest.runner import runtestprotocol

from support.processes import ROOT

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "weir"
FOLDER = pathlib.Path(os.environ.get("WEIR_SERVICES_DIR", CACHE / "services"))
LINES = 40
lost_in = []  # names of the tests that lost their broker
reconnects = []  # what clients of the whole session do when it is there again


def runs():
    """False, too, when the tests use a broker of the user's own, which is not ours to watch."""
    try:
        command = pathlib.Path("/proc") / (FOLDER / "kafka.pid").read_text().strip() / "cmdline"
        return str(FOLDER).encode() in command.read_bytes()
    except OSError:
        return False


def what_is_known():
    log = (FOLDER / "kafka.log").read_text(errors="replace").splitlines()
    for command in (["free", "-m"], ["df", "-h", str(FOLDER)], ["dmesg", "--level=err,warn,crit"]):
        log = log[-LINES:] + subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return "\n".join(log)


def start_again():
    environment = {name: value for name, value in os.environ.items() if name not in ("KAFKA_BOOTSTRAP", "MONGODB_URI")}
    subprocess.run([ROOT / "scripts/services", "start", "kafka"], check=True, capture_output=True, env=environment)
    for connect in reconnects:
        connect()


def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    ran_before = runs()
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if ran_before and not runs():
        lost_in.append(item.nodeid)
        terminal = item.config.pluginmanager.get_plugin("terminalreporter")
        terminal.write_line(f"\nthe shared broker ended by itself during {item.nodeid}:\n{what_is_known()}")
        if len(lost_in) > 1:
            pytest.exit(f"the shared broker ended by itself twice: {lost_in}", returncode=1)
        start_again()
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter):
    for name in lost_in:
        terminalreporter.write_line(f"the shared broker ended by itself during {name}; the test ran once more")
