"""A web server that answers as it is told, and a connection that can be cut: what sinks meet in real life."""
import http.server
import json
import socket
import struct
import threading
import time


class Misbehaving:
    """plan: answers for the next requests, then 200. An answer is a status, or a dict with status, retry_after (a text, or
    a function that makes one), delay (seconds before it), body, reset (the connection is torn down instead) or half (the answer breaks off)."""

    def __init__(self):
        self.requests, self.plan = [], []
        self.open, self.open_most = 0, 0
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.serve(self)

            do_PUT = do_DELETE = do_PATCH = do_GET = do_POST

            def log_message(self, format, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self.lock:
            self.open += 1
            self.open_most = max(self.open, self.open_most)
            self.requests.append({"method": handler.command, "path": handler.path, "headers": dict(handler.headers),
                                  "body": body, "at": time.time()})
            answer = self.plan.pop(0) if self.plan else 200
        answer = {"status": answer} if isinstance(answer, int) else answer
        time.sleep(answer.get("delay", 0))
        with self.lock:
            self.open -= 1
        if answer.get("reset"):
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.close_connection = True
            return
        self.answer(handler, answer)

    def answer(self, handler, answer):
        body = answer.get("body", b"")
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        try:
            handler.send_response(answer.get("status", 200))
            if "retry_after" in answer:
                after = answer["retry_after"]
                handler.send_header("Retry-After", str(after() if callable(after) else after))
            if "location" in answer:
                handler.send_header("Location", answer["location"])
            handler.send_header("Content-Length", str(len(body) + (10 if answer.get("half") else 0)))
            handler.end_headers()
            handler.wfile.write(body)
            handler.close_connection = bool(answer.get("half"))
        except OSError:
            pass

    def bodies(self):
        return [request["body"].decode() for request in self.requests]

    def header(self, name):
        """Of each request, whatever the case of its name."""
        return [{key.lower(): value for key, value in request["headers"].items()}.get(name.lower())
                for request in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Cable:
    """Forwards a port to a server; cut() breaks all connections and refuses new ones until mend(). While muted, requests
    reach the server and its answers are lost."""

    def __init__(self, host, port):
        self.target, self.whole, self.muted, self.pairs = (host, port), True, False, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def pump(self, source, sink):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                answer = source.getpeername() == self.target
                if not (answer and self.muted):
                    sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            one.close()

    def cut(self):
        self.whole = False
        for pair in self.pairs:
            for one in pair:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs.clear()

    def mend(self):
        self.whole = True

    def close(self):
        self.cut()
        self.listener.close()
