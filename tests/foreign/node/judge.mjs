#!/usr/bin/env node
// Reads kibana.yml and the stores with the packages that Kibana reads them with, then stands up a
// TLS server for each Elasticsearch host and connects to it as Kibana would.
// Usage: node judge.mjs OUT [OUT ...]   (after `npm ci`; Node 20 or newer)
import { existsSync, readdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
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

const outs = process.argv.slice(2);
if (outs.length === 0) {
  process.stderr.write('usage: node kibana.mjs OUT [OUT ...]\n');
  process.exit(2);
}
for (const out of outs) await check(`${out}: judged to the end`, () => judge(out));
finish();
