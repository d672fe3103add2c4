// Nodes: their stores, and the TLS servers that they would be.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import tls from 'node:tls';
import { connect, mustFail, PROTOCOLS } from './connect.mjs';
import { check, need, say } from './lines.mjs';
import { elasticsearchKeystore, secrets, settings } from './settings.mjs';
import { filesBelow, pemCertificates, store } from './stores.mjs';

export function elasticsearchHost(out, name) {
  const product = join(out, 'hosts', name, 'elasticsearch');
  const yml = settings(join(product, 'config', 'elasticsearch.yml'));
  const secure = secrets(product, 'elasticsearch.keystore', elasticsearchKeystore);
  const http = (suffix) => yml.get(`xpack.security.http.ssl.${suffix}`);
  const secret = (suffix) => secure.get(`xpack.security.http.ssl.${suffix}`) ?? '';
  const at = (path) => join(product, 'config', path);
  const mentioned = ['http.publish_host', 'http.host', 'network.publish_host', 'network.host'].flatMap((key) => yml.list(key));
  return { name, yml, secure, http, secret, at, mentioned, config: join(product, 'config') };
}

/** The passwords that a store of this host may be opened with: one per setting that names it. */
function storePasswords(host) {
  const found = new Map();
  for (const layer of ['transport', 'http']) {
    for (const role of ['keystore', 'truststore']) {
      const prefix = `xpack.security.${layer}.ssl.${role}`;
      const path = host.yml.get(`${prefix}.path`);
      if (path) found.set(host.at(path), { password: host.secure.get(`${prefix}.secure_password`) ?? '', role: found.get(host.at(path))?.role ?? role });
    }
  }
  return found;
}

export async function judgeStores(out, hosts) {
  for (const host of hosts) {
    for (const [file, { password, role }] of storePasswords(host)) {
      await check(`${host.name} ${relative(host.config, file)}: node-forge opens it`, () => storeFits(store(file, password), role, file));
    }
  }
  for (const file of filesBelow(join(out, 'authorities'), '.p12')) {
    await check(`authorities/${basename(file)}: node-forge opens it`, () => {
      const beside = [`${file}.password`, file.replace(/\.p12$/, '.password')].find(existsSync);
      storeFits(store(file, beside ? readFileSync(beside, 'utf8') : ''), 'authority', file);
    });
  }
}

function storeFits(read, role, file) {
  if (read.unreadable) {
    // Right for Elasticsearch, and Kibana never opens this file; its own stores are judged elsewhere.
    say(`note ${basename(file)}: holds a key or certificate that is not RSA, which node-forge cannot read`);
    return;
  }
  need(role === 'truststore' || (read.hasKey && read.certificate), 'no key with its certificate');
  need(role === 'authority' || read.authorities.length > 0, 'no CA beside the leaf');
}

/** Options of a TLS server that shows what the node would show; undefined while it waits. */
export function nodeServer(out, host) {
  const auth = host.http('client_authentication') ?? 'none';
  const options = { requestCert: auth !== 'none', rejectUnauthorized: auth === 'required' };
  const keystore = host.http('keystore.path');
  if (keystore) {
    options.pfx = readFileSync(host.at(keystore));
    options.passphrase = host.secret('keystore.secure_password');
  } else {
    if (awaited(out, host.at(host.http('certificate')))) return undefined;
    options.cert = readFileSync(host.at(host.http('certificate')));
    options.key = readFileSync(host.at(host.http('key')));
    options.passphrase = host.secret('secure_key_passphrase') || undefined;
  }
  if (auth !== 'none') options.ca = nodeTrust(host);
  tls.createSecureContext(options);
  if (options.cert) needPair(options);
  return options;
}

/** Node compares the two by itself only when they are of one kind: an EC key beside an RSA certificate passes. */
export function needPair({ key, cert, passphrase }) {
  need(new X509Certificate(cert).checkPrivateKey(createPrivateKey({ key, passphrase })), 'key and certificate do not belong together');
}

function nodeTrust(host) {
  const truststore = host.http('truststore.path');
  if (truststore) return store(host.at(truststore), host.secret('truststore.secure_password')).authorities;
  const listed = host.yml.list('xpack.security.http.ssl.certificate_authorities');
  if (listed.length > 0) return listed.flatMap((path) => pemCertificates(host.at(path)));
  // Without trust settings a node trusts its own key material.
  const keystore = host.http('keystore.path');
  return keystore ? store(host.at(keystore), host.secret('keystore.secure_password')).authorities : pemCertificates(host.at(host.http('certificate')));
}

export const awaited = (out, certificate) => !existsSync(certificate) && filesBelow(join(out, 'requests'), '.csr').length > 0;

/** The certificate that the node shows. Node reads it out of a store only while connecting, forge before. */
export function leafOf(host) {
  if (host.server.cert) return new X509Certificate(host.server.cert);
  const context = tls.createSecureContext(host.server).context;
  const der = context.getCertificate?.();
  return der && new X509Certificate(der);
}

/** A client meets one node under each of the names that are the node's, and is refused where it must be. */
export async function meetNode(what, client, host, names, full) {
  const server = tls.createServer(host.server, (socket) => {
    socket.on('error', () => {});
    // Optional lets everybody in; whether the certificate was believed only the server knows.
    socket.end(socket.authorized ? 'known' : 'guest');
  });
  server.on('tlsClientError', () => {});
  const port = await new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
  const noCa = { ...client, ca: undefined };
  try {
    for (const protocol of PROTOCOLS) {
      const dial = (name, options, identify = true) => connect(port, name, { ...options, minVersion: protocol, maxVersion: protocol }, identify);
      for (const name of names.filter((each) => isNameOf(each, host))) {
        await check(`${what} ${protocol} as ${name}`, async () => {
          const met = await dial(name, client, full);
          need(met === 'known' || !client.cert || !host.server.requestCert, 'the node does not believe the client certificate');
        });
      }
      const any = host.names[0] ?? 'localhost';
      await check(`${what} ${protocol} without the CA is refused`, () => mustFail(dial(any, noCa)));
      await check(`${what} ${protocol} under a name that is not in the certificate is refused`, () => mustFail(dial('not-in-the-sans.invalid', client)));
      if (host.server.rejectUnauthorized) {
        await check(`${what} ${protocol} without the client certificate is refused`, () => mustFail(dial(any, { ca: client.ca })));
      }
    }
  } finally {
    await new Promise((done) => server.close(done));
  }
}

/** A name is a node's when its elasticsearch.yml says so, whatever the certificate says, or when the certificate does. */
const isNameOf = (name, host) => host.mentioned.includes(name) || host.answersTo(name);
