"""A proxy in front of a Kafka broker that delays or loses one kind of request or its answer."""
import socket
import struct
import threading
import time

END_TXN = 26


class KafkaProxy:
    """Clients that start at `bootstrap` stay behind the proxy: the broker's port in its answers becomes the proxy's.

    plan: what happens to the next requests of api_key, one word each: "pass", "drop-request" (the broker never sees it,
    the connection breaks), "drop-answer" (the broker acts on it, the connection breaks), or seconds of delay."""

    def __init__(self, broker, api_key=END_TXN):
        host, port = broker.split(":")
        self.broker = (host, int(port))
        self.api_key = api_key
        self.plan = []
        self.acted = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.bootstrap = f"127.0.0.1:{self.port}"
        name = host.encode()
        self.theirs = [struct.pack(">h", len(name)) + name + struct.pack(">i", self.broker[1]),
                       bytes([len(name) + 1]) + name + struct.pack(">i", self.broker[1])]
        self.ours = [text[:-4] + struct.pack(">i", self.port) for text in self.theirs]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.broker)
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lost = set()
            threading.Thread(target=self._requests, args=(client, server, lost), daemon=True).start()
            threading.Thread(target=self._answers, args=(client, server, lost), daemon=True).start()

    @staticmethod
    def _frame(connection):
        def exactly(count):
            data = b""
            while len(data) < count:
                more = connection.recv(min(1 << 20, count - len(data)))
                if not more:
                    raise OSError("closed")
                data += more
            return data

        return exactly(struct.unpack(">i", exactly(4))[0])

    @staticmethod
    def _break(*connections):
        for one in connections:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _next_act(self, api_key):
        with self.lock:
            if api_key != self.api_key or not self.plan:
                return "pass"
            act = self.plan.pop(0)
            self.acted.append(act)
            return act

    def _requests(self, client, server, lost):
        try:
            while True:
                frame = self._frame(client)
                api_key, _, correlation = struct.unpack(">hhi", frame[:8])
                act = self._next_act(api_key)
                if act == "drop-request":
                    break
                if act == "drop-answer":
                    lost.add(correlation)
                elif act != "pass":
                    time.sleep(act)
                server.sendall(struct.pack(">i", len(frame)) + frame)
        except OSError:
            pass
        self._break(client, server)

    def _answers(self, client, server, lost):
        try:
            while True:
                frame = self._frame(server)
                if struct.unpack(">i", frame[:4])[0] in lost:
                    break
                for theirs, ours in zip(self.theirs, self.ours):
                    frame = frame.replace(theirs, ours)
                client.sendall(struct.pack(">i", len(frame)) + frame)
        except OSError:
            pass
        self._break(client, server)
