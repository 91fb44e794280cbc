"""wait_for_mongod.py PORT SECONDS: makes a new mongod a replica set of one and waits until it is primary.

Speaks MongoDB's wire protocol (OP_MSG) itself, so that it needs nothing but Python."""
import socket
import struct
import sys
import time


def bson(value):
    """A document of strings, ints, dicts and lists."""
    fields = enumerate(value) if isinstance(value, list) else value.items()
    body = b""
    for name, item in fields:
        cname = str(name).encode() + b"\0"
        if isinstance(item, int):
            body += b"\x10" + cname + struct.pack("<i", item)
        elif isinstance(item, str):
            text = item.encode() + b"\0"
            body += b"\x02" + cname + struct.pack("<i", len(text)) + text
        else:
            body += (b"\x04" if isinstance(item, list) else b"\x03") + cname + bson(item)
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def command(port, document):
    """The raw BSON answer of one command on the database admin."""
    message = struct.pack("<iB", 0, 0) + bson({**document, "$db": "admin"})
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(struct.pack("<iiii", len(message) + 16, 1, 0, 2013) + message)
        answer = connection.makefile("rb")
        (size,) = struct.unpack("<i", answer.read(4))
        return answer.read(size - 4)


def main(port, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            hello = command(port, {"hello": 1})
            if b"\x08isWritablePrimary\0\x01" in hello:
                return 0
            if b"setName" not in hello:
                member = {"_id": 0, "host": f"127.0.0.1:{port}"}
                command(port, {"replSetInitiate": {"_id": "rs0", "members": [member]}})
        except OSError:
            pass
        time.sleep(0.1)
    return 1


sys.exit(main(int(sys.argv[1]), float(sys.argv[2])))
