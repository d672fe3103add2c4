// Settings as both products see them, and the secrets beside them.
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { need } from './lines.mjs';

/** Dotted and nested keys become one flat object, as all products see them. */
export const settings = (file) => flatten(parse(readFileSync(file, 'utf8')) ?? {});

/** The maps of a file that is a list of them. */
export function items(file) {
  const found = parse(readFileSync(file, 'utf8'));
  need(Array.isArray(found) && found.length > 0, `${file} is no list`);
  return found;
}

export function flatten(tree) {
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
  walk(tree, '');
  return { get: (key) => flat.get(key), list: (key) => [flat.get(key) ?? []].flat().map(String), keys: () => [...flat.keys()] };
}

/** Stores of one run share their salt, and making a key takes a while. */
const keys = new Map();

function keyOf(password, salt, rounds, bytes) {
  const name = `${salt.toString('hex')} ${rounds} ${bytes} ${password}`;
  if (!keys.has(name)) keys.set(name, pbkdf2Sync(password, salt, rounds, bytes, 'sha512'));
  return keys.get(name);
}

function decrypt({ text, iv, tag, salt, rounds, bytes, associated, password = '' }) {
  const key = keyOf(password, salt, rounds, bytes);
  const cipher = createDecipheriv(`aes-${bytes * 8}-gcm`, key, iv);
  cipher.setAuthTag(tag);
  if (associated) cipher.setAAD(associated);
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

export function kibanaKeystore(file) {
  const all = Buffer.from(readFileSync(file, 'latin1').split(':')[1], 'base64');
  const [salt, iv, tag, text] = [all.subarray(0, 64), all.subarray(64, 76), all.subarray(76, 92), all.subarray(92)];
  return new Map(Object.entries(JSON.parse(decrypt({ text, iv, tag, salt, rounds: 10000, bytes: 32 }))));
}

/** A word `v1`, then salt, IV, text and tag; each value in base64 once more. */
export function metricbeatKeystore(file) {
  const line = readFileSync(file, 'latin1');
  need(line.startsWith('v1'), 'metricbeat.keystore: another version');
  const all = Buffer.from(line.slice(2), 'base64');
  const [salt, iv, text, tag] = [all.subarray(0, 64), all.subarray(64, 76), all.subarray(76, -16), all.subarray(-16)];
  const fields = JSON.parse(decrypt({ text, iv, tag, salt, rounds: 10000, bytes: 32 }));
  return new Map(Object.entries(fields).map(([name, { value }]) => [name, Buffer.from(value, 'base64').toString('utf8')]));
}

export function elasticsearchKeystore(file) {
  const all = readFileSync(file);
  const version = all.readUInt32BE(27);
  need(all.readUInt32BE(0) === 0x3fd76c17 && version >= 5 && version <= 7, `elasticsearch.keystore: version ${version}`);
  const beside = join(dirname(file), '..', 'keystore.password');
  need((all[31] === 1) === existsSync(beside), 'elasticsearch.keystore wants a password where none lies, or has none where one lies');
  const password = all[31] === 1 ? readFileSync(beside, 'utf8') : '';
  let at = 36;
  const block = () => {
    const start = at + 4;
    at = start + all.readUInt32LE(at);
    return all.subarray(start, at);
  };
  const [salt, iv, sealed] = [block(), block(), block()];
  const [text, tag] = [sealed.subarray(0, -16), sealed.subarray(-16)];
  const plain = decrypt({ text, iv, tag, salt, rounds: version >= 6 ? 210000 : 10000, bytes: version >= 7 ? 32 : 16, associated: salt, password });
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
export function secrets(product, keystoreName, open) {
  const found = new Map();
  const keystore = join(product, 'config', keystoreName);
  if (existsSync(keystore)) for (const [name, value] of open(keystore)) found.set(name, value);
  const folder = join(product, 'secure-settings');
  if (existsSync(folder)) for (const name of readdirSync(folder)) found.set(name, readFileSync(join(folder, name), 'utf8'));
  return found;
}
