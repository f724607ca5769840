"""Tokens of every kind, made without the server: by HMAC, or by a key pair of openssl's command."""

import base64
import hashlib
import hmac
import json
import subprocess


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def claims_of(token):
    return json.loads(decoded(token.split(".")[1]))


def unsigned(header, claims):
    return ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))


def hs256(secret, claims, **header):
    text = unsigned({"alg": "HS256", "typ": "JWT", **header}, claims)
    return f"{text}.{base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


class Issuer:
    """An operator's own: `es256` or `rs256`."""

    def __init__(self, folder, algorithm):
        self.algorithm = algorithm
        self.private_file = folder / f"{algorithm}.private.pem"
        self.public_file = folder / f"{algorithm}.pem"
        kind = (("EC", "-pkeyopt", "ec_paramgen_curve:P-256") if algorithm == "es256" else
                ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"))
        self.openssl("genpkey", "-algorithm", *kind, "-out", str(self.private_file))
        self.openssl("pkey", "-in", str(self.private_file), "-pubout", "-out",
                     str(self.public_file))

    @staticmethod
    def openssl(*arguments, text=b""):
        return subprocess.run(["openssl", *arguments], input=text, check=True,
                              capture_output=True).stdout

    def token(self, claims, **header):
        text = unsigned({"alg": self.algorithm.upper(), "kid": "1", **header}, claims)
        signature = self.openssl("dgst", "-sha256", "-sign", str(self.private_file),
                                 text=text.encode())
        if self.algorithm == "es256":
            signature = flat(signature)
        return f"{text}.{base64url(signature)}"


def flat(der):
    """ECDSA's two numbers, one behind the other, out of DER's sequence of two integers."""
    numbers, rest = b"", der[2:]
    while rest:
        size = rest[1]
        numbers += rest[2:2 + size].lstrip(b"\0").rjust(32, b"\0")
        rest = rest[2 + size:]
    return numbers
