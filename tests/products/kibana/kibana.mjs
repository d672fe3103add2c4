#!/usr/bin/env node
// Kibana on one host, by the packages that Kibana uses: it reads kibana.yml and kibana.keystore where they stand,
// asks the running cluster with the written credential, or serves browsers until its standard input ends.
// Prints one JSON document; exit status 1 where Kibana would end at start or find no cluster.
//   kibana.mjs read FOLDER | ask FOLDER LINE [MONITORING] | serve FOLDER LINE [ADDRESS] | seal FOLDER SECRETS
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { join } from 'node:path';
import { createCipheriv, pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { Server } from '@hapi/hapi';
import { clientRules, known, serverRules } from './schema.mjs';
import { kibanaKeystore, settings } from './settings.mjs';
import { certificatesIn, pemCertificates, store } from './stores.mjs';

const PATIENCE = 20000; // milliseconds for one request

const say = (document) => process.stdout.write(`${JSON.stringify(document)}\n`);

function open(folder) {
  const yml = settings(join(folder, 'kibana.yml'));
  const keystore = join(folder, 'kibana.keystore');
  const secure = existsSync(keystore) ? kibanaKeystore(keystore) : new Map();
  const value = (key) => secure.get(key) ?? yml.get(key);
  const kibana = { yml, secure, value };
  known(kibana);
  for (const side of ['elasticsearch', 'monitoring.ui.elasticsearch']) clientRules(kibana, side);
  serverRules(kibana);
  return kibana;
}

/** Keys, certificates and authorities of one side, as Kibana hands them to Node. */
function material(kibana, side) {
  const value = (key) => kibana.value(`${side}.ssl.${key}`);
  const found = { ca: [] };
  if (value('keystore.path')) {
    const { key, certificate, authorities } = store(value('keystore.path'), value('keystore.password'));
    if (!key || !certificate) throw new Error(`Did not find ${key ? 'certificate' : 'private key'} in keystore at [keystore.path].`);
    Object.assign(found, { key, cert: certificate });
    found.ca.push(...authorities);
  } else if (value('certificate')) {
    Object.assign(found, { cert: readFileSync(value('certificate'), 'utf8'), key: readFileSync(value('key'), 'utf8'), passphrase: value('keyPassphrase') });
  }
  if (value('truststore.path')) found.ca.push(...store(value('truststore.path'), value('truststore.password')).authorities);
  for (const path of kibana.yml.list(`${side}.ssl.certificateAuthorities`)) found.ca.push(...pemCertificates(path));
  if (found.ca.length === 0) delete found.ca;
  createSecureContext(found);
  return found;
}

const subjects = (pems) => (pems ?? []).map((pem) => new X509Certificate(pem).subject);

function read(folder) {
  const kibana = open(folder);
  const client = material(kibana, 'elasticsearch');
  const server = kibana.value('server.ssl.enabled') === true ? material(kibana, 'server') : undefined;
  say({ ok: true, hosts: kibana.yml.list('elasticsearch.hosts'), trusts: subjects(client.ca), certificate: Boolean(client.cert), served: subjects(certificatesIn(server?.cert)), secrets: [...kibana.secure.keys()] });
}

/** One client a host, so that a bad host does not hide behind a good one. */
async function ask(folder, line, monitoring) {
  const kibana = open(folder);
  const side = monitoring ? 'monitoring.ui.elasticsearch' : 'elasticsearch';
  const value = (key) => kibana.value(`${side}.${key}`);
  const { Client, ClusterConnectionPool, HttpConnection } = await import(`elasticsearch-${line.split('.')[0]}`);
  const tls = { ...material(kibana, side), rejectUnauthorized: true };
  if (value('ssl.verificationMode') === 'certificate') tls.checkServerIdentity = () => undefined;
  let auth;
  if (value('username')) auth = { username: value('username'), password: value('password') };
  else if (value('serviceAccountToken')) auth = { bearer: value('serviceAccountToken') };
  const answers = [];
  for (const host of kibana.yml.list(`${side}.hosts`)) {
    const agent = new Agent({ keepAlive: true, ...tls });
    const client = new Client({ nodes: [{ url: new URL(host) }], auth, tls, agent: () => agent, Connection: HttpConnection, ConnectionPool: ClusterConnectionPool, requestTimeout: PATIENCE, maxRetries: 0 });
    try {
      const { version } = await client.info();
      const who = await client.security.authenticate();
      // What Kibana does first with what it is: its own indices, and the privileges of people.
      const { has_all_requested: mayWork } = await client.security.hasPrivileges({ cluster: ['monitor', 'manage_index_templates'], index: [{ names: ['.kibana_9'], privileges: ['all'], allow_restricted_indices: true }] });
      answers.push({ host, version: version.number, user: who.username, realm: who.authentication_realm.type, roles: who.roles, mayWork });
    } catch (error) {
      answers.push({ host, error: error.message, cause: error.cause?.code, status: error.statusCode });
    } finally {
      await client.close();
      agent.destroy();
    }
  }
  const ok = answers.length > 0 && answers.every((answer) => answer.version);
  say({ ok, answers });
  if (!ok) process.exitCode = 1;
}

async function serve(folder, line, instead) {
  const kibana = open(folder);
  const secure = kibana.value('server.ssl.enabled') === true;
  const found = secure ? material(kibana, 'server') : undefined;
  const options = { host: instead ?? kibana.value('server.host') ?? 'localhost', port: kibana.value('server.port') ?? 5601 };
  if (secure) {
    const wanted = kibana.value('server.ssl.clientAuthentication') ?? 'none';
    // HTTP/2 is what Kibana speaks by default where it has TLS.
    const listener = http2.createSecureServer({ ...found, allowHTTP1: true, requestCert: wanted !== 'none', rejectUnauthorized: wanted === 'required' });
    Object.assign(options, { listener, tls: true });
  }
  const server = new Server(options);
  const html = '<!doctype html><title>products-kibana</title><p>TLS works';
  server.route({ method: 'GET', path: '/', handler: (_, h) => h.response(html).type('text/html') });
  server.route({ method: 'GET', path: '/api/status', handler: () => ({ name: 'products-kibana', version: { number: line, build_snapshot: false }, status: { overall: { level: 'available' } } }) });
  await server.start();
  say({ ok: true, url: server.info.uri });
  process.stdin.resume().on('end', () => process.exit(0));
}

/** `kibana-keystore add` for each file of a folder of secrets. */
function seal(folder, secrets) {
  const all = Object.fromEntries(readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]));
  const [salt, iv] = [randomBytes(64), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', pbkdf2Sync('', salt, 10000, 32, 'sha512'), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(all), 'utf8'), cipher.final()]);
  const data = Buffer.concat([salt, iv, cipher.getAuthTag(), text]).toString('base64');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'kibana.keystore'), `1:${data}`, { mode: 0o640 });
  say({ ok: true });
}

const [command, ...rest] = process.argv.slice(2);
try {
  await { read, ask, serve, seal }[command](...rest);
} catch (error) {
  say({ ok: false, error: error.message, code: error.code });
  process.exitCode = 1;
}
