// Kibana as a server.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { awaited } from './elasticsearch.mjs';
import { material } from './kibana.mjs';
import { check, need, say } from './lines.mjs';

export async function judgeBrowser(out, kibana) {
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
