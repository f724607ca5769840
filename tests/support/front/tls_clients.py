"""Certificates made on the spot with the openssl command, and clients that trust them."""

import http.client
import os
import ssl
import subprocess


class Authority:
    """Signs itself; keeps its files in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def make(self, name, days=90, at=None, key=("ec", "ec_paramgen_curve:P-256")):
        """The paths of a certificate for localhost and of its key. `at`: when it is made."""
        certificate = os.path.join(self.folder, f"{name}.cert.pem")
        secret = os.path.join(self.folder, f"{name}.key.pem")
        faked = ["faketime", "-f", at] if at else []
        algorithm, option = key
        subprocess.run([*faked, "openssl", "req", "-x509", "-newkey", algorithm, "-pkeyopt", option,
                        "-nodes", "-keyout", secret, "-out", certificate, "-days", str(days),
                        "-subj", f"/CN={name}", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True, timeout=60)
        os.chmod(secret, 0o600)
        return certificate, secret


def trusting(*certificates, version=None):
    """A context of a client that trusts these, for one version of TLS or for any."""
    context = ssl.create_default_context()
    for certificate in certificates:
        context.load_verify_locations(certificate)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def connect(port, context, timeout_s=30):
    return http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=timeout_s)


def ask(connection, method, path, body=None, **headers):
    """The status and the body of one answer."""
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
