"""A web server that speaks HTTP/2 over TLS: how many connections and how many requests at a time."""
import socket
import ssl
import threading
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions


class Http2Server:
    """requests: bodies in order of their arrival. Each is answered after `delay` seconds, in no order."""

    def __init__(self, certificate, key, delay=0.1):
        self.delay, self.lock = delay, threading.Lock()
        self.requests, self.connections, self.open, self.open_most = [], 0, 0, 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(["h2", "http/1.1"])
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            secure = self.context.wrap_socket(connection, server_side=True)
        except OSError:
            return
        assert secure.selected_alpn_protocol() == "h2"
        self.connections += 1
        Conversation(self, secure).run()

    def close(self):
        self.listener.close()


class Conversation:
    def __init__(self, server, connection):
        self.server, self.connection, self.lock = server, connection, threading.Lock()
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.bodies = {}

    def send(self):
        data = self.h2.data_to_send()
        if data:
            self.connection.sendall(data)

    def run(self):
        with self.lock:
            self.h2.initiate_connection()
            self.send()
        try:
            while data := self.connection.recv(65536):
                with self.lock:
                    for event in self.h2.receive_data(data):
                        self.take(event)
                    self.send()
        except OSError:
            pass

    def take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.bodies[event.stream_id] = b""
        elif isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            with self.server.lock:
                self.server.requests.append(self.bodies.pop(event.stream_id))
                self.server.open += 1
                self.server.open_most = max(self.server.open, self.server.open_most)
            threading.Thread(target=self.answer, args=(event.stream_id,), daemon=True).start()

    def answer(self, stream):
        time.sleep(self.server.delay)
        with self.server.lock:
            self.server.open -= 1
        try:
            with self.lock:
                self.h2.send_headers(stream, [(":status", "200")], end_stream=True)
                self.send()
        except (OSError, h2.exceptions.ProtocolError):
            pass  # the client is gone
