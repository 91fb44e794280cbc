"""Starts weir's executables as their users do, watches their admin port, and stops or kills them."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("WEIR_BUILD", ROOT / "build"))
EXECUTABLES = {
    "source": BUILD / "connectors/source/weir-source",
    "processor": BUILD / "connectors/processor/weir-processor",
    "sink": BUILD / "connectors/sink/weir-sink",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=30, what="condition", every=0.05):
    """The first true answer of condition; fails after so many seconds, saying what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(every)


class Stage:
    """One running weir process. Its configuration is a dict of Connect's property names, or a YAML file."""

    def __init__(self, kind, config, folder, name=None, arguments=(), environment=None):
        self.kind, self.folder = kind, pathlib.Path(folder)
        self.name = name or kind
        self.port = free_port()
        if isinstance(config, dict):
            config = {"listeners": f"http://127.0.0.1:{self.port}", **config}
            self.file = self.folder / f"{self.name}.yaml"
            self.file.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in config.items()))
        else:
            self.file = pathlib.Path(config)
        self.log_path = self.folder / f"{self.name}.log"
        self.command = [EXECUTABLES[kind], "run", self.file, "--set", f"listeners=http://127.0.0.1:{self.port}",
                        *arguments]
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def start(self, ready=True, seconds=30):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command], stdout=log, stderr=log, env=self.environment, cwd=ROOT
            )
        if ready:
            self.wait_ready(seconds)
        return self

    def log(self):
        return self.log_path.read_text(errors="replace")

    def http(self, path, method="GET", body=None):
        """(status, text) of the admin port; (0, reason) when it does not answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        if data:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def wait_ready(self, seconds=30):
        def ready():
            assert self.process.poll() is None, f"{self.name} ended with {self.process.returncode}:\n{self.log()}"
            return self.http("/readyz")[0] == 200

        try:
            wait_until(ready, seconds, f"{self.name} ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.http('/readyz')}\n{self.log()}") from None

    def kill(self):
        """kill -9: no chance to clean up."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds=20):
        """SIGTERM; returns the exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not stop within {seconds} s:\n{self.log()}") from None


def run(kind, *arguments, environment=None, seconds=60, text=None):
    """Runs one command to its end; returns the CompletedProcess with text output."""
    command = [str(EXECUTABLES[kind]), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, input=text,
                          env={**os.environ, **(environment or {})}, cwd=ROOT)
