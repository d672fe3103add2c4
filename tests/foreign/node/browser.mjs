// Kibana as a server: what its certificate must be, and the https server that Kibana makes of it.
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import { isIP } from 'node:net';
import { basename, join } from 'node:path';
import tls from 'node:tls';
import { mustFail, PROTOCOLS } from './connect.mjs';
import { awaited } from './elasticsearch.mjs';
import { material } from './kibana.mjs';
import { check, need, Refused, say } from './lines.mjs';
import { filesBelow, pemCertificates } from './stores.mjs';

/** Apple's systems refuse a server certificate that lives longer, even of a CA that the user trusts. */
const LONGEST_DAYS = 825;
const SERVER = '1.3.6.1.5.5.7.3.1';

export const hostOf = (url) => new URL(url).hostname.replace(/^\[|\]$/g, '');
export const carries = (leaf, name) => Boolean(isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name));

/** Judges the certificate, and leaves with the Kibana what others who meet it have to know. */
export async function judgeBrowser(out, kibana) {
  const what = `kibana ${kibana.name} for browsers`;
  if (kibana.value('server.ssl.enabled') !== true) {
    kibana.waits = waits(out, kibana);
    if (kibana.waits) say(`waiting ${what}: its certificate is not there yet, its request is`);
    return;
  }
  const certificate = kibana.value('server.ssl.certificate');
  if (certificate && awaited(out, kibana.at(certificate))) {
    kibana.waits = true;
    say(`waiting ${what}: its certificate is not there yet, its request is`);
    return;
  }
  const server = await check(`${what}: key and certificate load`, () => {
    const found = material(kibana, 'server');
    need(found.key, 'must specify [certificate] and [key] -- or [keystore.path] -- when ssl is enabled');
    return found;
  });
  if (!server) return;
  const leaf = new X509Certificate(server.cert);
  const url = kibana.value('server.publicBaseUrl');
  Object.assign(kibana, { server, leaf });
  await check(`${what}: its certificate is one for a server, for at most ${LONGEST_DAYS} days`, () => {
    need(!leaf.ca, 'a leaf must not be a CA');
    need((leaf.keyUsage ?? [SERVER]).includes(SERVER), `extendedKeyUsage lacks serverAuth: ${leaf.keyUsage}`);
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
    need(days <= LONGEST_DAYS, `valid for ${days} days, more than ${LONGEST_DAYS}`);
  });
  if (url) {
    await check(`${what}: server.publicBaseUrl is a name in the certificate`, () => need(carries(leaf, hostOf(url)), `${hostOf(url)} is not in ${leaf.subjectAltName}`));
  }
  kibana.ca = await authority(out, what, leaf);
  if (kibana.ca) await meet(what, kibana, url);
}

/** A key that no setting names, beside a request: TLS comes with the signed certificate. */
function waits(out, kibana) {
  const certs = join(kibana.config, 'certs');
  const keys = existsSync(certs) ? readdirSync(certs).filter((name) => name.endsWith('.key')) : [];
  const named = kibana.yml.keys().flatMap((key) => kibana.yml.list(key));
  return keys.some((name) => !named.some((value) => value.endsWith(name))) && filesBelow(join(out, 'requests'), '.csr').length > 0;
}

/** The CA that browsers are given, as PEM; none where somebody else has signed. */
async function authority(out, what, leaf) {
  if (askedFor(out, leaf)) {
    say(`note ${what}: signed by an outside CA, which is not in the folder`);
    return undefined;
  }
  return check(`${what}: its CA is in clients/`, () => {
    const found = handedOut(out).flatMap((file) => pemCertificates(file));
    const issuer = found.find((pem) => isIssuer(new X509Certificate(pem), leaf));
    need(issuer, `none of ${found.map((pem) => new X509Certificate(pem).subject).join('; ')} signed it`);
    return issuer;
  });
}

/** What browsers are told to import; any CA for clients where no file is named after them. */
function handedOut(out) {
  const files = [...filesBelow(join(out, 'clients'), '.crt'), ...filesBelow(join(out, 'clients'), '.pem')];
  const meant = files.filter((file) => /browser/.test(basename(file)));
  return meant.length > 0 ? meant : files;
}

/** What this Kibana would listen with, and the file by which it is checked; nothing while it waits. */
export function prepare(out, kibana) {
  if (kibana.value('server.ssl.enabled') !== true) return undefined;
  const found = material(kibana, 'server');
  const authority = askedFor(out, new X509Certificate(found.cert)) ? '' : handedOut(out)[0];
  return { ...found, authority };
}

export const isIssuer = (ca, leaf) => ca.ca && leaf.checkIssued(ca) && leaf.verify(ca.publicKey);

/** Whether a request carries the certificate's key: its public key stands in both, byte for byte. */
function askedFor(out, leaf) {
  const key = leaf.publicKey.export({ type: 'spki', format: 'der' });
  return filesBelow(join(out, 'requests'), '.csr').some((file) => der(readFileSync(file, 'utf8')).includes(key));
}

const der = (pem) => Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64');

async function meet(what, kibana, url) {
  const server = await listen(kibana.server);
  const name = url ? hostOf(url) : firstName(kibana.leaf);
  try {
    for (const protocol of PROTOCOLS) {
      const get = (host, ca) => visit(server.address().port, host, { ca, minVersion: protocol, maxVersion: protocol });
      await check(`${what} ${protocol} as ${name}`, () => get(name, kibana.ca));
      await check(`${what} ${protocol} without the CA is refused`, () => mustFail(get(name, undefined)));
      await check(`${what} ${protocol} under another name is refused`, () => mustFail(get('not-in-the-sans.invalid', kibana.ca)));
    }
  } finally {
    server.close();
  }
}

const firstName = (leaf) => (leaf.subjectAltName ?? '').split(', ').map((san) => san.replace(/^[^:]*:/, '').replace('*', 'any'))[0];

/** As Kibana listens: http/2 with http/1.1 beside it, on a port of this machine. */
export async function listen({ key, cert, ca, passphrase }) {
  const server = http2.createSecureServer({ key, cert, ca, passphrase, allowHTTP1: true }, (_, response) => response.end('kibana'));
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** Asks for a page under a name, whatever the name resolves to. */
export function visit(port, name, options) {
  return new Promise((resolve, reject) => {
    const servername = isIP(name) ? '' : name;
    const tried = { host: '127.0.0.1', port, servername, agent: false, timeout: 8000, ...options };
    tried.checkServerIdentity = (_, certificate) => tls.checkServerIdentity(name, certificate);
    const request = https.get(tried, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Refused(`answered ${response.statusCode}`))));
    });
    request.on('timeout', () => request.destroy(new Refused('no answer in time')));
    request.on('error', reject);
  });
}
