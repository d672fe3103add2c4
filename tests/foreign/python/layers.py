"""Files that settings name, as PEM in a room of their own: openssl opens what Python cannot."""

import ipaddress
import re
import shutil
import ssl
import subprocess

from lines import need
from settings import first


def openssl(*args, feed=None):
    done = subprocess.run(("openssl", *args), input=feed, capture_output=True, text=True, timeout=60, check=False)
    need(done.returncode == 0, f"openssl {args[0]}: {done.stderr.strip()}")
    # Some releases of openssl 3 leave with 0 although a request's signature does not hold.
    need("-verify" not in args or "verify OK" in done.stderr, f"openssl {args[0]}: {done.stderr.strip()}")
    return done.stdout


def unpack(store, password, room):
    """A PKCS#12 as PEM texts: the key, the leaf with its chain, and the CAs."""
    secret = room / "store-password"
    # Without its line end an empty file would make openssl ask the terminal.
    secret.write_text(password + "\n", "utf-8")
    common = ("pkcs12", "-in", str(store), "-passin", f"file:{secret}", "-nodes")
    try:
        return (
            openssl(*common, "-nocerts"),
            openssl(*common, "-nokeys", "-clcerts"),
            openssl(*common, "-nokeys", "-cacerts"),
        )
    finally:
        secret.unlink()


def certificates(pem):
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem, re.S)


class Layer:
    """One TLS layer of one node: what it shows and what it trusts."""

    def __init__(self, out, host, kind, values, secrets):
        self.host, self.kind, self.values, self.secrets = host, kind, values, secrets
        self.config = out / "hosts" / host / "elasticsearch" / "config"
        self.requests = list((out / "requests").glob("*.csr")) if (out / "requests").is_dir() else []
        self.title = f"{host} {kind}"

    def setting(self, suffix):
        return first(self.values, f"xpack.security.{self.kind}.ssl.{suffix}")

    def secret(self, suffix):
        return self.secrets.get(f"xpack.security.{self.kind}.ssl.{suffix}")

    def waits(self):
        certificate = self.setting("certificate")
        return bool(certificate and self.requests and not (self.config / certificate).exists())

    def load(self, room):
        """Bring everything into PEM files in a room of this layer's own."""
        self.room = room / f"{self.host}-{self.kind}"
        self.room.mkdir()
        self.chain, self.key = self.room / "chain.pem", self.room / "key.pem"
        keystore, self.trust, self.passphrase = self.setting("keystore.path"), [], None
        if keystore:
            key, leaf, rest = unpack(self.config / keystore, self.secret("keystore.secure_password"), self.room)
            self.key.write_text(key)
            self.trust = list(dict.fromkeys(certificates(rest)))
            self.chain.write_text("\n".join(certificates(leaf) + self.trust))
        else:
            shutil.copy(self.config / self.setting("certificate"), self.chain)
            shutil.copy(self.config / self.setting("key"), self.key)
            self.passphrase = self.secret("secure_key_passphrase")
        self.key.chmod(0o600)
        self.trust = self.trusted() or self.trust
        self.leaf = certificates(self.chain.read_text())[0]

    def trusted(self):
        truststore = self.setting("truststore.path")
        if truststore:
            _, _, rest = unpack(self.config / truststore, self.secret("truststore.secure_password"), self.room)
            return certificates(rest)
        files = self.values.get(f"xpack.security.{self.kind}.ssl.certificate_authorities", [])
        return [pem for file in files for pem in certificates((self.config / file).read_text())]

    def context(self, purpose, trust, demand):
        made = ssl.SSLContext(purpose)
        made.verify_flags |= ssl.VERIFY_X509_STRICT
        # Never ask the terminal: an encrypted key without a passphrase is a failure.
        made.load_cert_chain(self.chain, self.key, password=lambda: self.passphrase or "")
        return trusting(made, trust, demand)

    def names(self):
        text = openssl("x509", "-noout", "-ext", "subjectAltName", feed=self.leaf)
        names = [name.replace("*", "any") for name in re.findall(r"DNS:([^,\s]+)", text)]
        return names + [str(ipaddress.ip_address(each)) for each in re.findall(r"IP Address:([^,\s]+)", text)]


def trusting(context, trust, demand):
    if trust:
        context.load_verify_locations(cadata="\n".join(trust))
    if demand:
        context.verify_mode = ssl.CERT_REQUIRED
    return context
