// Stores and PEM files, and where they lie.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import forge from 'node-forge';
import { need } from './lines.mjs';

const opened = new Map();

/**
 * A PKCS#12 as Kibana takes it apart: one key at most, the leaf is the certificate with the key's
 * modulus and exponent, everything else is a CA; names and attributes do not count.
 */
export function store(file, password) {
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

export function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesBelow(path, ending);
      return name.endsWith(ending) ? [path] : [];
    });
}

export function pemCertificates(file) {
  const found = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  need(found, `${basename(file)} holds no certificate`);
  return found;
}
