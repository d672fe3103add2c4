// Metricbeat: metricbeat.yml and modules.d/ as a YAML reader that is not ours sees them, and
// connections to the nodes and to Kibana with the files that they name. Beats ignore a key that they do not
// know without a word, so that a misspelt one is found here or nowhere.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { carries, hostOf, isIssuer, listen, visit } from './browser.mjs';
import { PROTOCOLS } from './connect.mjs';
import { meetNode } from './elasticsearch.mjs';
import { check, need, say } from './lines.mjs';
import { flatten, items, secrets, settings, metricbeatKeystore } from './settings.mjs';
import { certificatesIn, pemCertificates } from './stores.mjs';

/** Hosts and nodes that meet each other; more only repeat what these say. */
const MET = 3;

const text = (value) => typeof value === 'string' && value !== '';
const flag = (value) => typeof value === 'boolean';
const path = (value) => text(value) && (posix.isAbsolute(value) || win32.isAbsolute(value));
const list = (type) => (value) => Array.isArray(value) && value.length > 0 && value.every(type);
const url = (value) => text(value) && /^https?:\/\/[^/\s]+:\d+(\/\S*)?$/.test(value);
const word = (...words) => (value) => words.includes(value);
const below = (prefix, keys) => Object.fromEntries(Object.entries(keys).map(([key, type]) => [`${prefix}.${key}`, type]));

const SSL = below('ssl', { certificate_authorities: list(path), verification_mode: word('full', 'strict'), certificate: path, key: path, key_passphrase: text });
const LOGIN = { username: text, password: text, api_key: text };
const CONFIG = {
  name: text,
  'metricbeat.config.modules.path': (value) => path(value) && value.endsWith('/modules.d/*.yml'),
  'metricbeat.config.modules.reload.enabled': flag,
  'keystore.path': path,
  ...below('output.elasticsearch', { hosts: list(url), index: text, ...LOGIN, ...SSL }),
  ...below('setup.kibana', { host: url, 'space.id': text, ...LOGIN, ...SSL }),
  ...below('setup', { 'template.enabled': flag, 'ilm.enabled': flag, 'template.name': text, 'template.pattern': text, 'dashboards.index': text, 'dashboards.enabled': flag }),
  ...below('monitoring', { enabled: flag, ...below('elasticsearch', { hosts: list(url), ...LOGIN, ...SSL }) }),
};
const MODULE = {
  module: text,
  metricsets: list(text),
  'xpack.enabled': flag,
  period: (value) => /^\d+(ms|s|m)$/.test(value),
  hosts: list(url),
  scope: word('node', 'cluster'),
  ...LOGIN,
  ...SSL,
};

export function beatHost(out, name) {
  const product = join(out, 'hosts', name, 'metricbeat');
  const config = join(product, 'config');
  const sections = [];
  const yml = settings(join(config, 'metricbeat.yml'));
  typed(yml, CONFIG, 'metricbeat.yml');
  sections.push(section('output', yml, 'output.elasticsearch.'));
  if (yml.get('setup.kibana.host')) sections.push(section('setup.kibana', yml, 'setup.kibana.'));
  sections.push(section('monitoring', yml, 'monitoring.elasticsearch.'));
  const folder = join(config, 'modules.d');
  for (const file of existsSync(folder) ? readdirSync(folder).filter((each) => each.endsWith('.yml')) : []) {
    for (const item of items(join(folder, file))) {
      const flat = flatten(item);
      typed(flat, MODULE, file);
      sections.push(section(file, flat, ''));
    }
  }
  return { name, config, yml, sections, secure: secrets(product, 'metricbeat.keystore', metricbeatKeystore) };
}

function typed(flat, known, file) {
  for (const key of flat.keys()) {
    need(known[key], `${file}: ${key} is no key that Metricbeat knows`);
    need(known[key](flat.get(key)), `${file}: ${key} may not be ${JSON.stringify(flat.get(key))}`);
  }
}

function section(name, flat, prefix) {
  const get = (key) => flat.get(prefix + key);
  return { name, get, urls: [...flat.list(`${prefix}hosts`), ...flat.list(`${prefix}host`)], authorities: flat.list(`${prefix}ssl.certificate_authorities`) };
}

export async function judgeBeat(out, beat, hosts, kibanas, position) {
  const what = `metricbeat ${beat.name}`;
  await check(`${what}: settings fit together`, () => beat.sections.forEach(exclusions));
  await check(`${what}: an index of its own has its template`, () => {
    const index = beat.yml.get('output.elasticsearch.index');
    need(!index || (beat.yml.get('setup.template.name') && beat.yml.get('setup.template.pattern')), 'setup.template.name and setup.template.pattern have to be set if index name is modified');
  });
  await check(`${what}: secrets are references to its keystore, and all are there`, () => references(beat, runbook(out)));
  for (const section of beat.sections) {
    if (section.urls.length === 0) continue;
    if (section.name === 'setup.kibana') await toKibana(out, what, beat, section, kibanas);
    else await toNodes(out, what, beat, section, hosts, position);
  }
}

function exclusions({ name, get, urls }) {
  need(!(get('api_key') && get('username')), `${name}: cannot set both api_key and username/password`);
  need(Boolean(get('username')) === Boolean(get('password')), `${name}: username and password go together`);
  need(Boolean(get('ssl.certificate')) === Boolean(get('ssl.key')), `${name}: key file not configured, or certificate file not configured`);
  need(urls.length === 0 || get('username') || get('api_key') || get('ssl.certificate'), `${name}: nothing to log in by`);
}

/** The quotes belong into the text: without them the parser makes 83 of the secret 0123. */
function references(beat, commands) {
  const named = new Set();
  for (const { name, get } of beat.sections) {
    for (const key of ['password', 'api_key', 'ssl.key_passphrase']) {
      const value = get(key);
      if (value === undefined) continue;
      const found = /^'\$\{(\w+)\}'$/.exec(value);
      need(found, `${name}: ${key} is not of the form '\${NAME}'`);
      named.add(found[1]);
      // A key of the API is made once Elasticsearch runs.
      need(key === 'api_key' || beat.secure.has(found[1]), `${name}: ${key} names ${found[1]}, which is not in secure-settings/ or its keystore`);
    }
  }
  for (const [name, secret] of beat.secure) {
    need(named.has(name) || commands.includes(`\${${name}}`), `nothing reads ${name}`);
    need(secret !== '' && !secret.includes("'"), `${name} is empty or holds the quote that would end it`);
  }
}

/** Commands refer to the keystore too: the setup's login is given with `-E`. */
const runbook = (out) => (existsSync(join(out, 'README.md')) ? readFileSync(join(out, 'README.md'), 'utf8') : '');

/** Where a file lies here that the settings name as it will stand on the host. */
const at = (beat, target) => join(beat.config, target.slice(target.lastIndexOf('/certs/') + 1));

function authorities(beat, section) {
  return section.authorities.flatMap((file) => pemCertificates(at(beat, file)));
}

async function toNodes(out, what, beat, section, hosts, position) {
  const { name } = section;
  // The calls for another cluster say that there is one; its names and its CA are not ours.
  const away = existsSync(join(out, 'security-api', 'monitoring')) && !section.urls.some((each) => answering(hosts, each).length > 0);
  const missing = section.authorities.find((file) => !existsSync(at(beat, file)));
  if (missing && (away || hosts.some((host) => host.waits))) {
    say(`waiting ${what}: ${name}: ${missing} is somebody else's`);
    return;
  }
  const client = await check(`${what}: ${name}: CA, key and certificate load`, () => load(beat, section));
  if (!client) return;
  for (const each of section.urls) {
    const covering = answering(hosts, each);
    if (covering.length === 0 && hosts.some((host) => host.waits)) {
      say(`waiting ${what}: ${name}: ${each}`);
      continue;
    }
    await check(`${what}: ${name}: ${each} is of a node, and of the CA at hand`, () => {
      need(each.startsWith('https:'), `${each} is not https`);
      need(covering.length > 0, `${hostOf(each)} is in no node's certificate`);
      for (const host of covering) need(signed(client.ca, host.leaf), `the CA file does not hold the CA of ${host.name}`);
    });
  }
  if (position >= MET) return;
  const names = section.urls.map(hostOf);
  for (const host of hosts.filter((each) => each.server && names.some(each.answersTo)).slice(0, MET)) {
    await meetNode(`${what} ${name} -> ${host.name}`, client, host, names, true);
  }
}

const answering = (hosts, each) => hosts.filter((host) => host.leaf && host.answersTo(hostOf(each)));
const signed = (found, leaf) => found.some((pem) => isIssuer(new X509Certificate(pem), leaf));

function load(beat, section) {
  need(section.authorities.length > 0, 'no certificate_authorities: the system has none that signed these');
  const found = { ca: authorities(beat, section) };
  for (const pem of found.ca) need(new X509Certificate(pem).ca, 'a certificate of certificate_authorities is no CA');
  if (section.get('ssl.certificate')) {
    found.cert = readFileSync(at(beat, section.get('ssl.certificate')));
    found.key = readFileSync(at(beat, section.get('ssl.key')));
    need(new X509Certificate(found.cert).checkPrivateKey(createPrivateKey(found.key)), 'private key does not match public key');
  }
  return found;
}

async function toKibana(out, what, beat, section, kibanas) {
  const [each] = section.urls;
  if (!each.startsWith('https:')) {
    say(`note ${what}: ${each} is plain http`);
    return;
  }
  const kibana = kibanas.find(({ leaf }) => leaf && carries(leaf, hostOf(each)));
  if (!kibana && (kibanas.some(({ waits }) => waits) || existsSync(join(out, 'security-api', 'monitoring')))) {
    say(`waiting ${what}: ${each} has no certificate of this folder yet`);
    return;
  }
  const missing = section.authorities.find((file) => !existsSync(at(beat, file)));
  if (kibana && !kibana.ca && (missing || section.authorities.length === 0)) {
    // Checked by what the host trusts already, or by a CA file that somebody else brings.
    say(`waiting ${what}: ${each} is signed by an outside CA`);
    return;
  }
  const ca = await check(`${what}: setup.kibana: ${each} is of a Kibana, and of the CA at hand`, () => {
    need(kibana, `${hostOf(each)} is in no Kibana's certificate`);
    const found = load(beat, section).ca;
    const shown = certificatesIn(kibana.server.cert);
    need(shown.some((pem) => signed(found, new X509Certificate(pem))), `the CA file does not hold the CA of ${kibana.name}`);
    return found;
  });
  if (!ca) return;
  const server = await listen(kibana.server);
  for (const protocol of PROTOCOLS) {
    await check(`${what} setup.kibana -> ${kibana.name} ${protocol}`, () => visit(server.address().port, hostOf(each), { ca, minVersion: protocol, maxVersion: protocol }));
  }
  server.close();
}
