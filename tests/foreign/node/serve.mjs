#!/usr/bin/env node
// Stands up each Kibana of each folder with the files that its kibana.yml names, for clients in other
// languages to meet. Prints one line of JSON once all listen, and ends with its standard input.
// Usage: node serve.mjs OUT [OUT ...]
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostOf, listen, prepare } from './browser.mjs';
import { kibanaHost } from './kibana.mjs';

const served = [];
for (const out of process.argv.slice(2)) {
  const hosts = join(out, 'hosts');
  for (const name of existsSync(hosts) ? readdirSync(hosts).sort() : []) {
    if (!existsSync(join(hosts, name, 'kibana', 'config', 'kibana.yml'))) continue;
    try {
      const kibana = kibanaHost(out, name);
      const found = prepare(out, kibana);
      if (!found) continue;
      const server = await listen(found);
      const url = kibana.value('server.publicBaseUrl');
      served.push({ out, kibana: name, port: server.address().port, name: url ? hostOf(url) : '', ca: found.authority });
    } catch {
      // What does not load cannot be met; judge.mjs says why.
    }
  }
}
process.stdout.write(`${JSON.stringify(served)}\n`);
process.stdin.resume().on('end', () => process.exit(0));
