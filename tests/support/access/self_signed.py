"""Certificates that nobody has signed, made by openssl's command."""

import pathlib
import subprocess


def self_signed(folder, name="server", hosts=("localhost",), days=2):
    """The paths of a certificate and of its key, which its owner alone can read."""
    certificate, key = pathlib.Path(folder, f"{name}.pem"), pathlib.Path(folder, f"{name}.key")
    names = ",".join([*(f"DNS:{host}" for host in hosts), "IP:127.0.0.1"])
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(key), "-out",
                    str(certificate), "-days", str(days), "-subj", f"/CN={hosts[0]}", "-addext",
                    f"subjectAltName={names}"], check=True, capture_output=True)
    key.chmod(0o600)
    return certificate, key
