"""Asks a server of its own over TLS, with a certificate that it makes itself, and looks at certifi's."""

import http.server
import os
import ssl
import tempfile
import threading

import certifi
import requests
import trustme


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"hello from {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that does not trust the certificate hangs up: that is what is tried."""


def main():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://localhost:{server.server_address[1]}/greeting"

    with tempfile.NamedTemporaryFile(suffix=".pem") as trusted:
        trusted.write(authority.cert_pem.bytes())
        trusted.flush()
        answer = requests.get(url, verify=trusted.name, timeout=20)
        print("over TLS:", answer.status_code, answer.text)
    try:
        # The default: the certificates that certifi has, by the path of its file.
        requests.get(url, timeout=20)
    except requests.exceptions.SSLError as error:
        print("not trusted:", type(error).__name__)
    server.shutdown()

    def certificates(**where):
        context = ssl.create_default_context(**where)
        print("default context:", context.verify_mode.name, context.check_hostname)
        return context.cert_store_stats()["x509"]

    by_file = certificates(cafile=certifi.where())
    by_text = certificates(cadata=certifi.contents())
    assert os.path.isfile(certifi.where())
    if by_file == by_text > 100:
        print("certifi: more than 100 certificates, by file and by text alike")


main()
