import socket
import threading
import time
from unittest import TestCase

from bench.proxy import serve
from bench.server import free_port

DELAY = 0.05
RATE = 4e6


class ProxyTest(TestCase):
    def setUp(self) -> None:
        echo = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(echo.close)
        threading.Thread(target=self.answer, args=(echo,), daemon=True).start()
        port = free_port()
        target = f"127.0.0.1:{echo.getsockname()[1]}"
        threading.Thread(target=serve, args=(port, target, DELAY, RATE), daemon=True).start()
        self.client = self.connect(port)
        self.addCleanup(self.client.close)

    def answer(self, server: socket.socket) -> None:
        """Sends back all it gets, once it got all of it."""
        connection, _ = server.accept()
        got = b""
        while data := connection.recv(1 << 16):
            got += data
        connection.sendall(got)
        connection.close()

    def connect(self, port: int) -> socket.socket:
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port))
            except ConnectionRefusedError:
                time.sleep(0.01)

    def exchange(self, data: bytes) -> float:
        begin = time.monotonic()
        self.client.sendall(data)
        self.client.shutdown(socket.SHUT_WR)
        back = b""
        while more := self.client.recv(1 << 16):
            back += more
        self.assertEqual(data, back)
        return time.monotonic() - begin

    def test_takes_a_round_trip_to_connect_and_one_to_be_answered(self) -> None:
        self.assertGreater(self.exchange(b"one"), 4 * DELAY)

    def test_passes_all_bytes_on_at_no_more_than_its_rate(self) -> None:
        data = bytes(range(256)) * 4_000
        self.assertGreater(self.exchange(data), 4 * DELAY + 2 * len(data) / RATE)
