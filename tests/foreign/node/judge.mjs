#!/usr/bin/env node
// Reads what is Kibana's with the packages that Kibana reads it with, and what is Metricbeat's beside it;
// stands up a TLS server for each node and each Kibana, and connects to them as they and browsers would.
// Usage: node judge.mjs OUT [OUT ...]   (after `npm ci`; Node 20 or newer)
import { existsSync, readdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { judgeCalls } from './api.mjs';
import { beatHost, judgeBeat } from './beats.mjs';
import { judgeBrowser } from './browser.mjs';
import { elasticsearchHost, judgeStores, leafOf, nodeServer } from './elasticsearch.mjs';
import { judgeKibana, kibanaHost } from './kibana.mjs';
import { check, finish, say } from './lines.mjs';

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
      host.leaf = leaf;
      host.names = (leaf?.subjectAltName ?? '').split(', ').filter((san) => san.startsWith('DNS:')).map((san) => san.slice(4).replace('*', 'any'));
      host.answersTo = (name) => Boolean(leaf && (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)));
    }
  }
  await judgeStores(out, hosts);
  const kibanas = [];
  for (const name of folders) {
    if (!existsSync(join(out, 'hosts', name, 'kibana', 'config', 'kibana.yml'))) continue;
    const kibana = await check(`kibana ${name}: kibana.yml is read`, () => kibanaHost(out, name));
    if (!kibana) continue;
    await judgeKibana(out, kibana, hosts);
    await check(`kibana ${name}: browser side was judged`, () => judgeBrowser(out, kibana));
    kibanas.push(kibana);
  }
  const beats = folders.filter((name) => existsSync(join(out, 'hosts', name, 'metricbeat', 'config', 'metricbeat.yml')));
  for (const [position, name] of beats.entries()) {
    const beat = await check(`metricbeat ${name}: Metricbeat knows every setting, and each has its type`, () => beatHost(out, name));
    if (beat) await judgeBeat(out, beat, hosts, kibanas, position);
  }
  for (const folder of ['security-api', 'security-api/monitoring']) await judgeCalls(out, folder);
}

const outs = process.argv.slice(2);
if (outs.length === 0) {
  process.stderr.write('usage: node judge.mjs OUT [OUT ...]\n');
  process.exit(2);
}
for (const out of outs) await check(`${out}: judged to the end`, () => judge(out));
finish();
