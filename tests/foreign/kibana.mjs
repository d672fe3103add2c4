#!/usr/bin/env node
// Reads kibana.yml and the stores with the packages that Kibana reads them with, then stands up a
// TLS server for each Elasticsearch host and connects to it as Kibana would.
// Usage: node kibana.mjs OUT [OUT ...]   (after `npm ci`; Node 20 or newer)
import { createDecipheriv, createHash, createPrivateKey, pbkdf2Sync, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, join, posix, relative, win32 } from 'node:path';
import tls from 'node:tls';
import forge from 'node-forge';
import { parse } from 'yaml';

const PROTOCOLS = ['TLSv1.2', 'TLSv1.3'];
const PATIENCE = 8000; // milliseconds for one connection
const totals = { passed: 0, failed: 0 };

class Refused extends Error {}

// ---- lines ---------------------------------------------------------------------------------

const say = (line) => process.stdout.write(`${line.replace(/\s+/g, ' ')}\n`);

/** Runs one check; answers with its value, or undefined after a failure. */
async function check(what, step) {
  try {
    const value = await step();
    totals.passed += 1;
    say(`ok ${what}`);
    return value ?? true;
  } catch (error) {
    totals.failed += 1;
    say(`FAIL ${what}: ${error instanceof Refused ? error.message : `${error.name} ${error.message}`}`);
    return undefined;
  }
}

function need(holds, why) {
  if (!holds) throw new Refused(why);
}

// ---- settings and secrets ------------------------------------------------------------------

/** Dotted and nested keys become one flat object, as both products see them. */
function settings(file) {
  // The package refuses duplicate keys by itself, but cannot know that a.b and {a: {b}} are one.
  const flat = new Map();
  const walk = (value, prefix) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, prefix ? `${prefix}.${key}` : key);
      return;
    }
    need(!flat.has(prefix), `duplicate key ${prefix}`);
    flat.set(prefix, value);
  };
  walk(parse(readFileSync(file, 'utf8')) ?? {}, '');
  return { get: (key) => flat.get(key), list: (key) => [flat.get(key) ?? []].flat().map(String), keys: () => [...flat.keys()] };
}

function decrypt({ text, iv, tag, salt, rounds, bytes, associated }) {
  const key = pbkdf2Sync('', salt, rounds, bytes, 'sha512');
  const cipher = createDecipheriv(`aes-${bytes * 8}-gcm`, key, iv);
  cipher.setAuthTag(tag);
  if (associated) cipher.setAAD(associated);
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

function kibanaKeystore(file) {
  const all = Buffer.from(readFileSync(file, 'latin1').split(':')[1], 'base64');
  const [salt, iv, tag, text] = [all.subarray(0, 64), all.subarray(64, 76), all.subarray(76, 92), all.subarray(92)];
  return new Map(Object.entries(JSON.parse(decrypt({ text, iv, tag, salt, rounds: 10000, bytes: 32 }))));
}

function elasticsearchKeystore(file) {
  const all = readFileSync(file);
  const version = all.readUInt32BE(27);
  need(all.readUInt32BE(0) === 0x3fd76c17 && version >= 5 && version <= 7, `elasticsearch.keystore: version ${version}`);
  need(all[31] === 0, 'elasticsearch.keystore asks for a password, which this judge does not have');
  let at = 36;
  const block = () => {
    const start = at + 4;
    at = start + all.readUInt32LE(at);
    return all.subarray(start, at);
  };
  const [salt, iv, sealed] = [block(), block(), block()];
  const [text, tag] = [sealed.subarray(0, -16), sealed.subarray(-16)];
  const plain = decrypt({ text, iv, tag, salt, rounds: version >= 6 ? 210000 : 10000, bytes: version >= 7 ? 32 : 16, associated: salt });
  const found = new Map();
  let here = 4;
  for (let left = plain.readUInt32BE(0); left > 0; left -= 1) {
    const name = plain.toString('utf8', here + 2, here + 2 + plain.readUInt16BE(here));
    here += 2 + plain.readUInt16BE(here);
    found.set(name, plain.toString('utf8', here + 4, here + 4 + plain.readUInt32BE(here)));
    here += 4 + plain.readUInt32BE(here);
  }
  return found;
}

/** What was set for the product: files of secure-settings/, else the product's own keystore. */
function secrets(product, keystoreName, open) {
  const found = new Map();
  const keystore = join(product, 'config', keystoreName);
  if (existsSync(keystore)) for (const [name, value] of open(keystore)) found.set(name, value);
  const folder = join(product, 'secure-settings');
  if (existsSync(folder)) for (const name of readdirSync(folder)) found.set(name, readFileSync(join(folder, name), 'utf8'));
  return found;
}

// ---- stores --------------------------------------------------------------------------------

const opened = new Map();

/**
 * A PKCS#12 as Kibana takes it apart: one key at most, the leaf is the certificate with the key's
 * modulus and exponent, everything else is a CA; names and attributes do not count.
 */
function store(file, password) {
  const bytes = readFileSync(file);
  // node-forge needs half a second a store, and hosts often share one.
  const known = createHash('sha256').update(bytes).update(`/${password}`).digest('hex');
  if (!opened.has(known)) opened.set(known, takeApart(bytes, password));
  return opened.get(known);
}

function takeApart(bytes, password) {
  const p12 = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('binary')), password);
  const bags = (type) => p12.getBags({ bagType: forge.pki.oids[type] })[forge.pki.oids[type]] ?? [];
  const keys = [...bags('keyBag'), ...bags('pkcs8ShroudedKeyBag')];
  const certificates = bags('certBag');
  need(keys.length <= 1, 'Keystore contains multiple private keys.');
  const key = keys[0]?.key;
  const fits = ({ publicKey }) => key && publicKey.n.equals(key.n) && publicKey.e.equals(key.e);
  const readable = certificates.map((bag) => bag.cert).filter(Boolean);
  const pem = (certificate) => forge.pki.certificateToPem(certificate);
  return {
    // node-forge knows RSA only and leaves null, without a word, for anything else.
    unreadable: (keys.length > 0 && !key) || readable.length < certificates.length,
    hasKey: Boolean(key),
    key: key && forge.pki.privateKeyToPem(key),
    certificate: readable.filter(fits).map(pem)[0],
    authorities: readable.filter((certificate) => !fits(certificate)).map(pem),
  };
}

function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesBelow(path, ending);
      return name.endsWith(ending) ? [path] : [];
    });
}

function pemCertificates(file) {
  const found = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  need(found, `${basename(file)} holds no certificate`);
  return found;
}

// ---- Elasticsearch hosts -------------------------------------------------------------------

function elasticsearchHost(out, name) {
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

async function judgeStores(out, hosts) {
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
function nodeServer(out, host) {
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
function needPair({ key, cert, passphrase }) {
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

const awaited = (out, certificate) => !existsSync(certificate) && filesBelow(join(out, 'requests'), '.csr').length > 0;

// ---- Kibana --------------------------------------------------------------------------------

function kibanaHost(out, name) {
  const product = join(out, 'hosts', name, 'kibana');
  const yml = settings(join(product, 'config', 'kibana.yml'));
  const secure = secrets(product, 'kibana.keystore', kibanaKeystore);
  // kibana.yml names files as they will stand on the target; what follows certs/ is the same here.
  const at = (target) => {
    need(posix.isAbsolute(target) || win32.isAbsolute(target), `${target} is not an absolute path`);
    const path = target.replaceAll('\\', '/');
    const tail = path.includes('/certs/') ? path.slice(path.lastIndexOf('/certs/') + 1) : posix.basename(path);
    return join(product, 'config', tail);
  };
  const value = (key) => secure.get(key) ?? yml.get(key);
  return { name, yml, secure, at, value };
}

const SECRET = /(^|\.)(password|serviceAccountToken|keyPassphrase|encryptionKey)$/;

async function judgeRules(kibana) {
  const rule = (what, step) => check(`kibana ${kibana.name}: ${what}`, step);
  const { yml, value } = kibana;
  await rule('talks https to at least one host', () => {
    const hosts = yml.list('elasticsearch.hosts');
    need(hosts.length > 0, 'elasticsearch.hosts is not set');
    for (const host of hosts) need(new URL(host).protocol === 'https:', `${host} is not https`);
  });
  await rule('no superuser, and one way to log in', () => {
    const user = value('elasticsearch.username');
    const token = value('elasticsearch.serviceAccountToken');
    const certificate = value('elasticsearch.ssl.certificate') ?? value('elasticsearch.ssl.keystore.path');
    need(user !== 'elastic', 'value of "elastic" is forbidden');
    need(!(user && token), 'serviceAccountToken cannot be specified when "username" is also set');
    need(user || token || certificate, 'neither a token, nor a user, nor a client certificate');
    need(!user || value('elasticsearch.password'), 'a user without a password');
  });
  await rule('kibana.yml holds no secret', () => {
    // An empty password says "this store has none", which Kibana wants to be told.
    const found = yml.keys().filter((key) => SECRET.test(key) && yml.get(key) !== '');
    need(found.length === 0, `${found.join(', ')} in kibana.yml`);
  });
  await rule('secrets are strings', () => {
    for (const [key, secret] of kibana.secure) need(typeof secret === 'string' && secret !== '', `${key} is not a string with something in it`);
  });
  await rule('a store or PEM files, not both', () => {
    for (const side of ['elasticsearch', 'server']) {
      for (const pem of ['key', 'certificate']) {
        need(!(value(`${side}.ssl.keystore.path`) && value(`${side}.ssl.${pem}`)), `cannot use [${pem}] when [keystore.path] is specified`);
      }
      need(Boolean(value(`${side}.ssl.key`)) === Boolean(value(`${side}.ssl.certificate`)), `${side}.ssl: key and certificate go together`);
    }
  });
  await rule('verification is on', () => {
    const mode = value('elasticsearch.ssl.verificationMode') ?? 'full';
    need(['full', 'certificate'].includes(mode), `verificationMode is ${mode}`);
  });
}

/** CA list, and key and certificate where there are any, as Kibana hands them to Node. */
function material(kibana, side) {
  const value = (suffix) => kibana.value(`${side}.ssl.${suffix}`);
  const found = { ca: [] };
  for (const path of kibana.yml.list(`${side}.ssl.certificateAuthorities`)) found.ca.push(...pemCertificates(kibana.at(path)));
  if (value('truststore.path')) found.ca.push(...store(kibana.at(value('truststore.path')), value('truststore.password')).authorities);
  if (value('keystore.path')) {
    const read = store(kibana.at(value('keystore.path')), value('keystore.password'));
    need(read.key, 'Did not find key in keystore.');
    need(read.certificate, 'Did not find certificate in keystore.');
    Object.assign(found, { key: read.key, cert: read.certificate });
    found.ca.push(...read.authorities);
  }
  if (value('certificate')) {
    Object.assign(found, { cert: readFileSync(kibana.at(value('certificate'))), key: readFileSync(kibana.at(value('key'))), passphrase: value('keyPassphrase') });
  }
  tls.createSecureContext(found);
  if (found.cert) needPair(found);
  return found;
}

async function judgeKibana(out, kibana, hosts) {
  await judgeRules(kibana);
  const client = await check(`kibana ${kibana.name}: CA and client key load`, () => {
    const found = material(kibana, 'elasticsearch');
    // With an empty list Node falls back on its own roots without a word.
    need(found.ca.length > 0, 'no CA certificate found, so Node would trust its built-in roots');
    return found;
  });
  if (!client) return;
  const names = kibana.yml.list('elasticsearch.hosts').map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  for (const host of hosts) {
    if (host.server) await judgeNode(kibana, client, host, names);
  }
  for (const name of names) {
    const what = `kibana ${kibana.name}: ${name} is a name in a node's http certificate`;
    const answered = hosts.some((host) => host.answersTo?.(name));
    // A certificate that is still away may carry it.
    if (!answered && hosts.some((host) => host.waits)) say(`waiting ${what}`);
    else if (hosts.length > 0) await check(what, () => need(answered, "no node's certificate carries it"));
  }
}

async function judgeNode(kibana, client, host, names) {
  const full = (kibana.value('elasticsearch.ssl.verificationMode') ?? 'full') === 'full';
  const server = tls.createServer(host.server, (socket) => {
    socket.on('error', () => {});
    socket.end('hello');
  });
  server.on('tlsClientError', () => {});
  const port = await new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
  const what = `kibana ${kibana.name} -> ${host.name}`;
  const noCa = { ...client, ca: undefined };
  try {
    for (const protocol of PROTOCOLS) {
      const dial = (name, options, identify = true) => connect(port, name, { ...options, minVersion: protocol, maxVersion: protocol }, identify);
      for (const name of names.filter((each) => isNameOf(each, host))) {
        await check(`${what} ${protocol} as ${name}`, () => dial(name, client, full));
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

/** Resolves once the server's word came through: with TLS 1.3 only that shows that both agreed. */
function connect(port, name, options, identify) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      // Node puts no address into SNI, and neither may we.
      servername: isIP(name) ? '' : name,
      ...options,
      checkServerIdentity: (_, certificate) => (identify ? tls.checkServerIdentity(name, certificate) : undefined),
    });
    const fail = (error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(PATIENCE, () => fail(new Refused('no answer in time')));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Refused('closed before a word was said')));
  });
}

async function mustFail(attempt) {
  const error = await attempt.then(
    () => undefined,
    (thrown) => thrown,
  );
  need(error, 'the connection succeeded');
  need(!/in time/.test(error.message), error.message);
}

// ---- Kibana as server ----------------------------------------------------------------------

async function judgeBrowser(out, kibana) {
  if (kibana.value('server.ssl.enabled') !== true) return;
  const what = `kibana ${kibana.name} for browsers`;
  const certificate = kibana.value('server.ssl.certificate');
  if (certificate && awaited(out, kibana.at(certificate))) {
    say(`waiting ${what}: its certificate is not there yet, its request is`);
    return;
  }
  const server = await check(`${what}: key and certificate load`, () => {
    const found = material(kibana, 'server');
    need(found.key, 'must specify [certificate] and [key] -- or [keystore.path] -- when ssl is enabled');
    return found;
  });
  const url = kibana.value('server.publicBaseUrl');
  if (!server || !url) return;
  await check(`${what}: server.publicBaseUrl is a name in the certificate`, () => {
    const name = new URL(url).hostname.replace(/^\[|\]$/g, '');
    const leaf = new X509Certificate(server.cert);
    need(isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name), `${name} is not in ${leaf.subjectAltName}`);
  });
}

// ---- one OUT folder ------------------------------------------------------------------------

async function judge(out) {
  say(`out ${out}`);
  const folders = readdirSync(join(out, 'hosts')).sort();
  const hosts = [];
  for (const name of folders) {
    if (!existsSync(join(out, 'hosts', name, 'elasticsearch', 'config', 'elasticsearch.yml'))) continue;
    const host = await check(`${name} elasticsearch.yml is read`, () => elasticsearchHost(out, name));
    if (!host) continue;
    hosts.push(host);
    if (host.http('enabled') !== true) {
      say(`note ${name} http: TLS is not enabled`);
      continue;
    }
    const server = await check(`${name} http: Node loads key and certificate`, () => nodeServer(out, host) ?? 'waits');
    if (server === 'waits') {
      host.waits = true;
      say(`waiting ${name} http: its certificate is not there yet, its request is`);
    } else if (server) {
      host.server = server;
      const leaf = leafOf(host);
      host.names = (leaf?.subjectAltName ?? '').split(', ').filter((san) => san.startsWith('DNS:')).map((san) => san.slice(4).replace('*', 'any'));
      host.answersTo = (name) => Boolean(leaf && (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)));
    }
  }
  await judgeStores(out, hosts);
  for (const name of folders) {
    if (!existsSync(join(out, 'hosts', name, 'kibana', 'config', 'kibana.yml'))) continue;
    const kibana = await check(`kibana ${name}: kibana.yml is read`, () => kibanaHost(out, name));
    if (!kibana) continue;
    await judgeKibana(out, kibana, hosts);
    await check(`kibana ${name}: browser side was judged`, () => judgeBrowser(out, kibana));
  }
}

/** The certificate that the node shows. Node reads it out of a store only while connecting, forge before. */
function leafOf(host) {
  if (host.server.cert) return new X509Certificate(host.server.cert);
  const context = tls.createSecureContext(host.server).context;
  const der = context.getCertificate?.();
  return der && new X509Certificate(der);
}

const outs = process.argv.slice(2);
if (outs.length === 0) {
  process.stderr.write('usage: node kibana.mjs OUT [OUT ...]\n');
  process.exit(2);
}
for (const out of outs) await check(`${out}: judged to the end`, () => judge(out));
say(`judge node: ${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
