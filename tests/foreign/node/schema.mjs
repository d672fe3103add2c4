// Which settings Kibana knows in the sections that we write, of which type, and which may not stand
// together. Kibana ends at start with a message for each of these; ours are shaped like its own.
import { isIP } from 'node:net';
import { posix, win32 } from 'node:path';
import { need } from './lines.mjs';

const text = (value) => (typeof value === 'string' ? undefined : `expected value of type [string] but got [${typeof value}]`);
const flag = (value) => (typeof value === 'boolean' ? undefined : `expected value of type [boolean] but got [${typeof value}]`);
const port = (value) => (Number.isInteger(value) && value > 0 && value < 65536 ? undefined : `${value} is no port`);
const path = (value) => text(value) ?? (posix.isAbsolute(value) || win32.isAbsolute(value) ? undefined : `${value} is not an absolute path`);
const uri = (value) => text(value) ?? (/^https?:\/\/[^/\s]+/.test(value) ? undefined : 'expected URI with scheme [http|https].');
const host = (value) => text(value) ?? (isIP(value) || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value) ? undefined : 'value must be a valid hostname (see RFC 1123).');
const base = (value) => text(value) ?? (/^\/.*[^/]$/.test(value) ? undefined : "must start with a slash, don't end with one");
const any = () => undefined;
const choice = (...words) => (value) => (words.includes(value) ? undefined : `expected value to equal one of [${words.join(', ')}] but got [${value}]`);
const each = (type) => (value) => {
  const items = [value].flat();
  return items.length === 0 ? 'array size is [0], but cannot be smaller than [1]' : items.map(type).find(Boolean);
};

const STORES = { 'keystore.path': path, 'keystore.password': text, 'truststore.path': path, 'truststore.password': text };
const PAIR = { certificate: path, key: path, keyPassphrase: text, certificateAuthorities: each(path), ...STORES };
const below = (prefix, keys) => Object.fromEntries(Object.entries(keys).map(([key, type]) => [`${prefix}.${key}`, type]));

const CLIENT = {
  hosts: each(uri),
  username: (value) => text(value) ?? (value === 'elastic' ? 'value of "elastic" is forbidden' : undefined),
  password: text,
  serviceAccountToken: text,
  requestTimeout: any,
  ...below('ssl', { verificationMode: choice('none', 'certificate', 'full'), alwaysPresentCertificate: flag, ...PAIR }),
};

const KNOWN = {
  ...below('elasticsearch', { ...CLIENT, publicBaseUrl: uri }),
  ...below('monitoring.ui.elasticsearch', CLIENT),
  'monitoring.ui.container.elasticsearch.enabled': flag,
  ...below('server', { host, port, name: text, basePath: base, rewriteBasePath: flag, publicBaseUrl: uri, shutdownTimeout: text, protocol: choice('http1', 'http2') }),
  ...below('server.ssl', { enabled: flag, clientAuthentication: choice('none', 'optional', 'required'), redirectHttpFromPort: port, ...PAIR }),
  'pid.file': path,
  'path.data': path,
};
/** Sections that no question about TLS depends on. */
const ELSEWHERE = /^(logging|i18n|telemetry|xpack)\./;

/** Every setting of the file and of the secure settings is one that Kibana knows, with a value of its type. */
export function known(kibana) {
  for (const [key, value] of [...kibana.yml.keys().map((key) => [key, kibana.yml.get(key)]), ...kibana.secure]) {
    if (ELSEWHERE.test(key)) continue;
    need(KNOWN[key], `[config validation of [${key}]]: definition for this key is missing`);
    const wrong = KNOWN[key](value);
    need(!wrong, `[config validation of [${key}]]: ${wrong}`);
    for (const one of [value].flat()) need(!/\$\{\w+(:\w+)?\}/.test(String(one)), `${key} refers to the environment`);
  }
}

/** What may not stand together, wherever Kibana is a client. */
export function clientRules(kibana, prefix) {
  const value = (key) => kibana.value(`${prefix}.${key}`);
  storeOrPem(kibana, `${prefix}.ssl`);
  need(!(value('username') && value('serviceAccountToken')), `${prefix}: serviceAccountToken cannot be specified when "username" is also set`);
  need(!value('username') || value('password'), `${prefix}: a user without a password`);
}

function storeOrPem(kibana, prefix) {
  const value = (key) => kibana.value(`${prefix}.${key}`);
  for (const pem of ['key', 'certificate']) {
    need(!(value('keystore.path') && value(pem)), `${prefix}: cannot use [${pem}] when [keystore.path] is specified`);
  }
  // Kibana only logs that it has no effect, and mutual TLS is off without a word.
  need(Boolean(value('key')) === Boolean(value('certificate')), `${prefix}: key and certificate go together`);
  // A passphrase whose key is not named yet is for a certificate that is away; Kibana takes no notice of it.
  for (const store of ['keystore', 'truststore']) {
    // No setting and the empty password are two things to node-forge.
    need(Boolean(value(`${store}.path`)) === (value(`${store}.password`) !== undefined), `${prefix}: ${store}.path and ${store}.password go together, be the password empty`);
  }
}

export function serverRules(kibana) {
  const value = (key) => kibana.value(`server.${key}`);
  storeOrPem(kibana, 'server.ssl');
  const ssl = value('ssl.enabled') === true;
  // The passphrase of a key whose certificate is away lies in the keystore before.
  const given = [...kibana.yml.keys()].filter((key) => key.startsWith('server.ssl.') && key !== 'server.ssl.enabled');
  need(ssl || given.length === 0, `${given.join(', ')} without server.ssl.enabled`);
  need(!ssl || value('ssl.keystore.path') || value('ssl.certificate'), 'must specify [certificate] and [key] -- or [keystore.path] -- when ssl is enabled');
  need(!value('rewriteBasePath') || value('basePath'), 'cannot use [rewriteBasePath] when [basePath] is not specified');
  const redirect = value('ssl.redirectHttpFromPort');
  need(redirect === undefined || redirect !== (value('port') ?? 5601), `[ssl.redirectHttpFromPort] cannot be configured to the same value as [port]. Both are [${redirect}].`);
  need(ssl || value('protocol') !== 'http2', 'http2 requires TLS to be enabled.');
  publicUrl(value('publicBaseUrl'), value('basePath') ?? '/', ssl);
}

function publicUrl(typed, path, ssl) {
  if (!typed) return;
  const url = new URL(typed);
  need(!url.search && !url.hash && !url.username && !url.password, '[publicBaseUrl] may only contain a protocol, host, port, and pathname');
  need(url.pathname === path, `[publicBaseUrl] must contain the [basePath]: ${url.pathname} !== ${path}`);
  need(!ssl || url.protocol === 'https:', `[publicBaseUrl] is ${typed}, and Kibana answers https only`);
}
