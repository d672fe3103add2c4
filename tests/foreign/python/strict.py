#!/usr/bin/env python3
"""Python's ssl in strict mode over what stackseal wrote: VERIFY_X509_STRICT wants what RFC 5280
wants and Python 3.13 has it on by default. Handshakes run in memory, by name and by address.

Usage: strict.py OUT [OUT ...]. Standard library and the openssl program only. Standard input may
hold {"OUT": {"host": {"setting": "secret"}}} for hosts whose secrets are not in secure-settings/.
"""

import json
import ssl
import sys
import tempfile
from pathlib import Path

from calls import judge_calls
from clients import here, judge_clients
from layers import Layer, certificates, openssl, unpack
from lines import check, finish, need, say
from settings import Secrets, settings
from shake import judge_http, judge_transport


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


def kibana_trust(out, waits):
    """The CA files that Kibana ships. The CA of somebody else comes with the certificates that it signs."""
    found = []
    for yml in sorted(out.glob("hosts/*/kibana/config/kibana.yml")):
        for path in settings(yml).get("elasticsearch.ssl.certificateAuthorities", []):
            file = here(yml.parent, path)
            if file.exists() or not waits:
                found += certificates(file.read_text())
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
            layers["waiting"].append(layer)
            say(f"waiting {layer.title}: its certificate is not there yet, its request is")
        elif check(f"{layer.title}: opens with openssl", lambda: layer.load(room)):
            layers[kind].append(layer)


def judge(out, given, room):
    say(f"out {out}")
    layers = {"transport": [], "http": [], "waiting": []}
    judge_authorities(out, room)
    for host in sorted(path.name for path in (out / "hosts").iterdir()):
        if (out / "hosts" / host / "elasticsearch" / "config" / "elasticsearch.yml").exists():
            judge_host(out, host, given, room, layers)
    trust = check("CA files for HTTP clients are read", lambda: kibana_trust(out, bool(layers["waiting"]))) or []
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
    judge_clients(out, given, room, layers["http"], trust)
    judge_calls(out)
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
    sys.exit(finish())


if __name__ == "__main__":
    main()
