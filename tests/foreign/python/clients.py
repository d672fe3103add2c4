"""Clients that show a certificate: Kibana, Metricbeat, and the pairs of files in accounts/."""

import ssl

from layers import certificates, trusting, unpack
from lines import Refused, check, need
from settings import Secrets, first, settings
from shake import PROTOCOLS, shake

# More nodes than this only repeat what these say.
NODES_MET = 3


class Client:
    def __init__(self, title, chain, key, passphrase=""):
        self.title, self.chain, self.key, self.passphrase = title, chain, key, passphrase

    def context(self, trust):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.verify_flags |= ssl.VERIFY_X509_STRICT
        # Never ask the terminal: an encrypted key without a passphrase is a failure.
        made.load_cert_chain(self.chain, self.key, password=lambda: self.passphrase)
        return trusting(made, trust, True)


def here(config, target):
    """Settings name a file as it will stand on the target; what follows certs/ is the same here."""
    return config / "certs" / target.replace("\\", "/").split("/certs/")[-1]


def kibanas(out, given, room):
    for yml in sorted(out.glob("hosts/*/kibana/config/kibana.yml")):
        values, config = settings(yml), yml.parent
        secrets = Secrets(config.parent / "secure-settings", given.get(config.parent.parent.name, {}))
        title = f"kibana {config.parent.parent.name}"
        store, certificate = (first(values, f"elasticsearch.ssl.{name}") for name in ("keystore.path", "certificate"))
        if store:
            key, leaf, _ = unpack(here(config, store), secrets.get("elasticsearch.ssl.keystore.password"), room)
            chain_file, key_file = (room / f"{config.parent.parent.name}-kibana.{end}" for end in ("crt", "key"))
            chain_file.write_text(leaf)
            key_file.touch(0o600)
            key_file.write_text(key)
            yield Client(title, chain_file, key_file)
        elif certificate:
            key = here(config, first(values, "elasticsearch.ssl.key"))
            yield Client(title, here(config, certificate), key, secrets.get("elasticsearch.ssl.keyPassphrase"))


def beats(out):
    for host in sorted(out.glob("hosts/*/metricbeat/config")):
        output = settings(host / "metricbeat.yml")
        for certificate in output.get("output.elasticsearch.ssl.certificate", []):
            key = first(output, "output.elasticsearch.ssl.key")
            yield Client(f"metricbeat {host.parent.parent.name}", here(host, certificate), here(host, key))


def accounts(out):
    for file in sorted(out.glob("accounts/*.crt")):
        yield Client(f"accounts/{file.name}", file, file.with_suffix(".key"))


def judge_clients(out, given, room, layers, trust):
    found = check("client certificates are found", lambda: [*kibanas(out, given, room), *beats(out), *accounts(out)]) or []
    asking = [layer for layer in layers if layer.setting("client_authentication") in ("optional", "required")]
    for client in [] if found is True else found:
        for layer in asking[:NODES_MET]:
            for version in PROTOCOLS:
                check(f"http {client.title} -> {layer.host} {version.name} strict, with its certificate", lambda: accepted(client, layer, trust, version))
    for layer in asking[:1]:
        for version in PROTOCOLS:
            check(f"{layer.title}: {version.name} without a certificate is as {layer.setting('client_authentication')} has it", lambda: bare(layer, trust, version))


def server(layer):
    made = layer.context(ssl.PROTOCOL_TLS_SERVER, layer.trust, False)
    made.verify_mode = ssl.CERT_REQUIRED if layer.setting("client_authentication") == "required" else ssl.CERT_OPTIONAL
    return made


def accepted(client, layer, trust, version):
    _, far = shake(client.context(trust), server(layer), layer.names()[0], version)
    shown = far.getpeercert(binary_form=True)
    need(shown, "the server saw no certificate")
    mine = certificates(client.chain.read_text())[0]
    need(ssl.DER_cert_to_PEM_cert(shown).strip() == mine.strip(), "the server saw another certificate")


def bare(layer, trust, version):
    client = trusting(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust, True)
    try:
        shake(client, server(layer), layer.names()[0], version)
    except ssl.SSLError as error:
        need(layer.setting("client_authentication") == "required", f"refused: {error}")
        return
    if layer.setting("client_authentication") == "required":
        raise Refused("the handshake succeeded")
