#!/usr/bin/env python3
"""Python's ssl in strict mode over what stackseal wrote: VERIFY_X509_STRICT wants what RFC 5280
wants and Python 3.13 has it on by default. Handshakes run in memory, by name and by address.

Usage: strict.py OUT [OUT ...]. Standard library and the openssl program only. Standard input may
hold {"OUT": {"host": {"setting": "secret"}}} for hosts whose secrets are not in secure-settings/.
"""

import ipaddress
import json
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

PROTOCOLS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
NAMES_TRIED = 12
passed = failed = 0


class Refused(Exception):
    """A rule that what was read does not keep."""


# ---- lines ----------------------------------------------------------------------------------


def say(line):
    print(" ".join(line.split()), flush=True)


def check(what, step):
    """Run one check; its value, or None after a failure."""
    global passed, failed
    try:
        value = step()
    except (Refused, OSError, ValueError, subprocess.SubprocessError) as error:
        # ssl.SSLError is an OSError.
        failed += 1
        say(f"FAIL {what}: {error}")
        return None
    passed += 1
    say(f"ok {what}")
    return True if value is None else value


def need(holds, why):
    if not holds:
        raise Refused(why)


# ---- settings and secrets -------------------------------------------------------------------


def scalar(text):
    text = text.strip()
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?', text)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    quoted = re.fullmatch(r"'((?:[^']|'')*)'\s*(?:#.*)?", text)
    if quoted:
        return quoted[1].replace("''", "'")
    return re.sub(r"\s+#.*$", "", text)


def settings(file):
    """The little YAML that stackseal writes: every key to a list of its values."""
    found, parents, last = {}, [], None
    for number, raw in enumerate(file.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#") or line == "---":
            continue
        if line.startswith("- "):
            need(last, f"line {number}: a list without a key")
            found[last].append(scalar(line[2:]))
            continue
        pair = re.fullmatch(r"""("[^"]+"|'[^']+'|[\w.\-]+):(?:\s+(.*))?""", line)
        need(pair, f"line {number} is not understood: {line}")
        indent = len(raw) - len(raw.lstrip())
        parents = [parent for parent in parents if parent[0] < indent]
        last = (parents[-1][1] + "." if parents else "") + scalar(pair[1])
        parents.append((indent, last))
        need(last not in found, f"line {number}: duplicate key {last}")
        value = pair[2] or ""
        if value.startswith("["):
            items = re.findall(r"""\"(?:[^"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\s][^,]*""", value[1 : value.rindex("]")])
            found[last] = [scalar(item) for item in items]
        else:
            found[last] = [] if not value or value.startswith("#") else [scalar(value)]
    return found


def first(values, key):
    """The value of a key; an empty string counts as not set, as in Elasticsearch."""
    return next((value for value in values.get(key, []) if value), None)


class Secrets:
    def __init__(self, folder, given):
        self.folder, self.given = folder, given

    def get(self, setting):
        file = self.folder / setting
        return file.read_text("utf-8") if file.exists() else self.given.get(setting, "")


# ---- files ----------------------------------------------------------------------------------


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


# ---- handshakes -----------------------------------------------------------------------------


def shake(client, server, name, version):
    """Both ends in memory until each has heard the other; raises what the refusing end raised."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    for context in (client, server):
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = version
        context.minimum_version = version
    ends = (
        client.wrap_bio(back, there, server_side=False, server_hostname=name),
        server.wrap_bio(there, back, server_side=True),
    )
    heard = [False, False]
    for _ in range(50):
        for index, end in enumerate(ends):
            try:
                end.do_handshake()
                end.write(b"hello")
                heard[index] = bool(end.read(5)) or heard[index]
            except ssl.SSLWantReadError:
                continue
        if all(heard):
            return
    raise Refused("the handshake stopped half-way")


def refused(client, server, name, version):
    try:
        shake(client, server, name, version)
    except ssl.SSLCertVerificationError:
        return
    raise Refused("the handshake succeeded")


def judge_transport(layers):
    for index, client in enumerate(layers):
        server = layers[(index + 1) % len(layers)]
        names = server.names()[:NAMES_TRIED]
        for version in PROTOCOLS:
            def run():
                for name in names:
                    near = client.context(ssl.PROTOCOL_TLS_CLIENT, client.trust, True)
                    far = server.context(ssl.PROTOCOL_TLS_SERVER, server.trust, True)
                    shake(near, far, name, version)

            check(f"transport {client.host} -> {server.host} {version.name} strict as {names}", run)


def judge_http(layer, trust):
    names = layer.names()[:NAMES_TRIED]
    for version in PROTOCOLS:
        def run(client_trust, name, expect):
            # Python checks the server alone here; client certificates are the other judges' business.
            client = trusting(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client_trust, True)
            client.verify_flags |= ssl.VERIFY_X509_STRICT
            expect(client, layer.context(ssl.PROTOCOL_TLS_SERVER, [], False), name, version)

        title = f"http client -> {layer.host} {version.name}"
        check(f"{title} strict as {names}", lambda: [run(trust, name, shake) for name in names])
        check(f"{title} without the CA is refused", lambda: run([], names[0], refused))
        check(f"{title} under another name is refused", lambda: run(trust, "not-in-the-sans.invalid", refused))


# ---- certificates and requests --------------------------------------------------------------


def judge_authority(title, pem):
    def run():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=pem)
        need(context.cert_store_stats()["x509_ca"] == 1, "not a CA certificate")
        text = openssl("x509", "-noout", "-ext", "basicConstraints,keyUsage", feed=pem)
        need("CA:TRUE" in text, "basicConstraints lacks CA:TRUE")
        need("Certificate Sign" in text, "keyUsage lacks keyCertSign")

    check(f"{title}: a CA that Python takes", run)


def judge_request(file):
    def run():
        text = openssl("req", "-in", str(file), "-noout", "-text", "-verify")
        need("Subject Alternative Name" in text, "asks for no names")

    check(f"requests/{file.name}: openssl reads it and its signature holds", run)


def kibana_trust(out):
    """The CA files that Kibana ships: the part after certs/ of the target's path is the same here."""
    found = []
    for yml in sorted(out.glob("hosts/*/kibana/config/kibana.yml")):
        for path in settings(yml).get("elasticsearch.ssl.certificateAuthorities", []):
            found += certificates((yml.parent / "certs" / path.replace("\\", "/").split("/certs/")[-1]).read_text())
    if not found:
        found = [pem for file in sorted((out / "clients").glob("*.[cp][re][tm]")) for pem in certificates(file.read_text())]
    return found


def judge_authorities(out, room):
    for store in sorted((out / "authorities").glob("*.p12")):
        beside = [store.with_name(store.name + ".password"), store.with_suffix(".password")]
        password = next((file.read_text("utf-8") for file in beside if file.exists()), "")

        def run():
            key, leaf, _ = unpack(store, password, room)
            need("PRIVATE KEY" in key, "holds no key")
            return certificates(leaf)

        for pem in check(f"authorities/{store.name}: opens with its password", run) or []:
            judge_authority(f"authorities/{store.name}", pem)


def judge_host(out, host, given, room, layers):
    product = out / "hosts" / host / "elasticsearch"
    values = check(f"{host} elasticsearch.yml is read", lambda: settings(product / "config" / "elasticsearch.yml"))
    if not values:
        return
    secrets = Secrets(product / "secure-settings", given.get(host, {}))
    for kind in ("transport", "http"):
        layer = Layer(out, host, kind, values, secrets)
        if layer.setting("enabled") != "true":
            say(f"note {layer.title}: TLS is not enabled")
        elif layer.waits():
            say(f"waiting {layer.title}: its certificate is not there yet, its request is")
        elif check(f"{layer.title}: opens with openssl", lambda: layer.load(room)):
            layers[kind].append(layer)


def judge(out, given, room):
    say(f"out {out}")
    layers = {"transport": [], "http": []}
    judge_authorities(out, room)
    for host in sorted(path.name for path in (out / "hosts").iterdir()):
        if (out / "hosts" / host / "elasticsearch" / "config" / "elasticsearch.yml").exists():
            judge_host(out, host, given, room, layers)
    trust = check("CA files for HTTP clients are read", lambda: kibana_trust(out)) or []
    trust = [] if trust is True else trust
    seen = set()
    for layer in layers["transport"] + layers["http"]:
        for pem in layer.trust:
            if pem not in seen:
                judge_authority(f"{layer.title} trust", pem)
            seen.add(pem)
    judge_transport(layers["transport"])
    for layer in layers["http"]:
        judge_http(layer, trust)
    if (out / "requests").is_dir():
        for file in sorted((out / "requests").glob("*.csr")):
            judge_request(file)


def main():
    outs = sys.argv[1:]
    if not outs:
        sys.exit("usage: strict.py OUT [OUT ...]")
    given = {} if sys.stdin.isatty() else json.loads(sys.stdin.read() or "{}")
    for out in outs:
        # mkdtemp is 0700: unpacked keys are in there.
        with tempfile.TemporaryDirectory(prefix="stackseal-strict-") as room:
            check(f"{out}: judged to the end", lambda: judge(Path(out), given.get(out, {}), Path(room)))
    say(f"judge python: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
