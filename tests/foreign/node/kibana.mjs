// Kibana as a client of Elasticsearch: kibana.yml, and connections as Kibana would make them.
import { readFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import tls from 'node:tls';
import { PROTOCOLS, connect, mustFail } from './connect.mjs';
import { needPair } from './elasticsearch.mjs';
import { check, need, say } from './lines.mjs';
import { kibanaKeystore, secrets, settings } from './settings.mjs';
import { pemCertificates, store } from './stores.mjs';

export function kibanaHost(out, name) {
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
export function material(kibana, side) {
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

export async function judgeKibana(out, kibana, hosts) {
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
