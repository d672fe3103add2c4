"""TLS handshakes in memory, with whatever Python calls strict."""

import ssl

from layers import trusting
from lines import Refused, check

PROTOCOLS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
NAMES_TRIED = 12


def shake(client, server, name, version):
    """Both ends in memory until each has heard the other; raises what the refusing end raised. Gives both ends."""
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
            return ends
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
