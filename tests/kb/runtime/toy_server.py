"""A web server that only says that it is well. Usage: toy_server.py PORT [FILE]: on SIGTERM it notes its stop in FILE."""

import http.server
import signal
import sys
import time
from pathlib import Path


class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"status": "ok"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def stop(*_):
    if len(sys.argv) > 2:
        with Path(sys.argv[2]).open("a") as file:
            file.write(f"{Path(sys.argv[2]).name} {sys.argv[1]} {time.monotonic()}\n")
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Well).serve_forever()
