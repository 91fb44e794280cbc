"""A broker of one test's own, to stop and to kill."""
import os
import pathlib
import signal
import subprocess

from support.processes import ROOT, free_port, wait_until


class Broker:
    """One KRaft node on loopback, with its data in the folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self.environment = {name: value for name, value in os.environ.items() if name not in ("KAFKA_BOOTSTRAP", "MONGODB_URI")}
        self.environment.update(WEIR_SERVICES_DIR=str(self.folder), WEIR_KAFKA_PORT=str(port))
        self.services("start")

    def services(self, word):
        subprocess.run([ROOT / "scripts/services", word, "kafka"], check=True, env=self.environment, capture_output=True)

    def restart(self, how):
        """Ends it by the signal `how`, and starts it again on the same data."""
        pid = int((self.folder / "kafka.pid").read_text())
        os.kill(pid, how)
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 60, "the end of the broker")
        self.services("start")

    def close(self):
        os.kill(int((self.folder / "kafka.pid").read_text()), signal.SIGKILL)
