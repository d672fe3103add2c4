// Kibana as a client of Elasticsearch: kibana.yml, and connections as Kibana would make them.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import tls from 'node:tls';
import { meetNode, needPair } from './elasticsearch.mjs';
import { check, need, say } from './lines.mjs';
import { clientRules, known, serverRules } from './schema.mjs';
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
  return { name, yml, secure, at, value, config: join(product, 'config') };
}

const SECRET = /(^|\.)(password|serviceAccountToken|keyPassphrase|encryptionKey)$/;

/** Whether a certificate alone logs in from the first start: the licence has to bring PKI by itself. */
const realmFromStart = (nodes) =>
  nodes.length > 0 && nodes.every(({ yml }) => yml.get('xpack.license.self_generated.type') === 'trial' && yml.keys().some((key) => key.startsWith('xpack.security.authc.realms.pki.')));

async function judgeRules(kibana, nodes) {
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
    if (realmFromStart(nodes)) {
      // The token would win, and the realm would never be used.
      need(!user && !token && value('elasticsearch.password') === undefined, 'a PKI realm is in force, and Kibana logs in by a token or a user');
      need(certificate, 'a PKI realm is in force, and Kibana has no client certificate');
    } else {
      need(user || token, 'neither a token nor a user, and no PKI realm is in force at the first start');
    }
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
  await rule('Kibana knows every setting, and each has its type', () => known(kibana));
  await rule('settings fit together, as a client', () => {
    clientRules(kibana, 'elasticsearch');
    clientRules(kibana, 'monitoring.ui.elasticsearch');
  });
  await rule('settings fit together, as a server', () => serverRules(kibana));
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
  await judgeRules(kibana, hosts);
  if (waitsForAuthority(kibana, hosts)) {
    say(`waiting kibana ${kibana.name}: the CA of the nodes' certificates is not there yet`);
    return;
  }
  const client = await check(`kibana ${kibana.name}: CA and client key load`, () => {
    const found = material(kibana, 'elasticsearch');
    // With an empty list Node falls back on its own roots without a word.
    need(found.ca.length > 0, 'no CA certificate found, so Node would trust its built-in roots');
    return found;
  });
  if (!client) return;
  const names = kibana.yml.list('elasticsearch.hosts').map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  const full = (kibana.value('elasticsearch.ssl.verificationMode') ?? 'full') === 'full';
  for (const host of hosts) {
    if (host.server) await meetNode(`kibana ${kibana.name} -> ${host.name}`, client, host, names, full);
  }
  for (const name of names) {
    const what = `kibana ${kibana.name}: ${name} is a name in a node's http certificate`;
    const answered = hosts.some((host) => host.answersTo?.(name));
    // A certificate that is still away may carry it.
    if (!answered && hosts.some((host) => host.waits)) say(`waiting ${what}`);
    else if (hosts.length > 0) await check(what, () => need(answered, "no node's certificate carries it"));
  }
}

/** The CA of somebody else comes with the certificates that it signs. */
const waitsForAuthority = (kibana, hosts) =>
  hosts.some((host) => host.waits) && kibana.yml.list('elasticsearch.ssl.certificateAuthorities').every((path) => !existsSync(kibana.at(path)));
