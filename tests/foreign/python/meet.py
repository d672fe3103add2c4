#!/usr/bin/env python3
"""Meets each Kibana that serve.mjs stands up, as a strict browser of the CA that browsers are given.

Usage: meet.py <SERVED: the line of JSON that serve.mjs prints
"""

import ipaddress
import json
import socket
import ssl
import sys

from lines import Refused, check, finish, need, say
from shake import NAMES_TRIED, PROTOCOLS

# Apple's systems refuse a server certificate that lives longer, even of a CA that the user trusts.
LONGEST_DAYS = 825


def visit(kibana, name, version, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, version
    context.minimum_version = version
    if authority:
        context.load_verify_locations(kibana["ca"])
    with socket.create_connection(("127.0.0.1", kibana["port"]), timeout=8) as plain:
        with context.wrap_socket(plain, server_hostname=name) as end:
            end.sendall(b"GET / HTTP/1.1\r\nHost: kibana\r\nConnection: close\r\n\r\n")
            need(end.recv(12) == b"HTTP/1.1 200", "no page came back")
            return end.getpeercert()


def refused(*attempt):
    try:
        visit(*attempt)
    except ssl.SSLCertVerificationError:
        return
    raise Refused("the handshake succeeded")


def fits(certificate):
    ends = [ssl.cert_time_to_seconds(certificate[when]) for when in ("notBefore", "notAfter")]
    days = (ends[1] - ends[0]) / 86400
    need(days <= LONGEST_DAYS, f"valid for {days} days, more than {LONGEST_DAYS}")
    need(certificate.get("subjectAltName"), "carries no names")


def meet(kibana):
    title = f"browser python -> {kibana['kibana']}"
    if not kibana["ca"]:
        say(f"note {title}: signed by an outside CA, which is not in the folder")
        return
    first = kibana["name"] or "localhost"
    for version in PROTOCOLS:
        certificate = check(f"{title} {version.name} strict as {first}", lambda: visit(kibana, first, version, True))
        if certificate:
            names = [spelt(value) for _, value in certificate.get("subjectAltName", ())][:NAMES_TRIED]
            check(f"{title} {version.name} strict as {names}", lambda: [visit(kibana, name, version, True) for name in names] and None)
            check(f"{title} {version.name}: its certificate lives at most {LONGEST_DAYS} days", lambda: fits(certificate))
        check(f"{title} {version.name} without the CA is refused", lambda: refused(kibana, first, version, False))
        check(f"{title} {version.name} under another name is refused", lambda: refused(kibana, "not-in-the-sans.invalid", version, True))


def spelt(name):
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.replace("*", "any")


def main():
    out = None
    for kibana in json.load(sys.stdin):
        if kibana["out"] != out:
            out = kibana["out"]
            say(f"out {out}")
        meet(kibana)
    sys.exit(finish())


if __name__ == "__main__":
    main()
