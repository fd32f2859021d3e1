"""A slow network as a process: `proxy.py PORT TARGET DELAY RATE` passes bytes on, later, and no faster than its link.

DELAY is of one direction, in seconds; RATE in bytes a second, of all connections together in each
direction. A connection costs one round trip before its first byte. There is no slow start, and no loss.
"""

import queue
import socket
import sys
import threading
import time

CHUNK = 64 << 10

IN_FLIGHT = 256
"""Chunks of one direction of a connection: what fits into 20 ms at 1 Gbit/s, and more."""


class Link:
    """One direction: a byte leaves when all before it have left."""

    def __init__(self, rate: float):
        self.rate = rate
        self.free = 0.0
        self.lock = threading.Lock()

    def send(self, count: int, earliest: float) -> float:
        """When the last of so many bytes will have left."""
        with self.lock:
            self.free = max(self.free, earliest) + count / self.rate
            return self.free


def rest(until: float) -> None:
    left = until - time.monotonic()
    if left > 0:
        time.sleep(left)


def carry(source: socket.socket, target: socket.socket, link: Link, delay: float, earliest: float) -> None:
    """Passes one direction of a connection on, to its end."""
    flying: queue.Queue[tuple[float, bytes]] = queue.Queue(IN_FLIGHT)

    def arrive() -> None:
        while True:
            when, data = flying.get()
            rest(when)
            try:
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
            except OSError:
                # The other end hangs up: the sender is told by its own connection.
                source.close()
                return

    threading.Thread(target=arrive, daemon=True).start()
    while True:
        try:
            data = source.recv(CHUNK)
        except OSError:
            data = b""
        left = link.send(len(data), max(time.monotonic(), earliest))
        flying.put((left + delay, data))
        if not data:
            return
        rest(left)


def serve(port: int, target: str, delay: float, rate: float) -> None:
    host, _, number = target.partition(":")
    up, down = Link(rate), Link(rate)
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            client, _ = server.accept()
            registry = socket.create_connection((host, int(number)))
            for end in (client, registry):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made = time.monotonic() + 2 * delay
            threading.Thread(target=carry, args=(client, registry, up, delay, made), daemon=True).start()
            threading.Thread(target=carry, args=(registry, client, down, delay, made), daemon=True).start()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
