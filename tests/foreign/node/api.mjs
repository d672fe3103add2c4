// Bodies of the security APIs: what Elasticsearch's parsers take, and that run.sh sends each of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, need } from './lines.mjs';

/** Roles that every cluster has, as far as ours are likely to name them. */
const RESERVED = ['superuser', 'kibana_system', 'kibana_admin', 'ingest_admin', 'beats_admin', 'monitoring_user', 'remote_monitoring_agent', 'remote_monitoring_collector', 'beats_system', 'editor', 'viewer'];
const CLUSTER = ['all', 'monitor', 'manage', 'manage_ilm', 'read_ilm', 'manage_index_templates', 'manage_ingest_pipelines', 'manage_pipeline', 'read_pipeline', 'manage_own_api_key', 'manage_api_key'];
const INDEX = ['all', 'read', 'write', 'index', 'create', 'create_doc', 'create_index', 'auto_configure', 'manage', 'monitor', 'view_index_metadata', 'manage_ilm', 'delete', 'maintenance'];

/** `name) call name METHOD 'PATH' KIND ACCOUNT ;;` in run.sh: which file goes where. */
const CALL = /^ +([\w.-]+)\) call \1 (GET|PUT|POST|DELETE) '([^']+)' (\S+) /gm;

export async function judgeCalls(out, folder) {
  const script = join(out, folder, 'run.sh');
  if (!existsSync(script)) return;
  const calls = await check(`${folder}/run.sh: every body has its call`, () => {
    const found = [...readFileSync(script, 'utf8').matchAll(CALL)].map(([, name, method, path, kind]) => ({ name, method, path, kind }));
    need(found.length > 0, 'no calls');
    const bodies = readdirSync(join(out, folder)).filter((each) => each.endsWith('.json')).map((each) => each.slice(0, -5));
    for (const body of bodies) need(found.some(({ name }) => name === body), `nothing sends ${body}.json`);
    return found.filter(({ name }) => bodies.includes(name));
  });
  const made = (calls ?? []).map(({ path }) => /^\/_security\/role\/(.+)$/.exec(path)?.[1]).filter(Boolean);
  made.push(...fileRoles(out));
  for (const call of calls ?? []) {
    await check(`${folder}/${call.name}.json: a body that ${call.method} ${call.path} takes`, () => {
      body(call, JSON.parse(readFileSync(join(out, folder, `${call.name}.json`), 'utf8')), [...RESERVED, ...made]);
    });
  }
}

/** Roles of the files that every node reads: each begins in the first column. */
function fileRoles(out) {
  const hosts = existsSync(join(out, 'hosts')) ? readdirSync(join(out, 'hosts')) : [];
  const files = hosts.map((host) => join(out, 'hosts', host, 'elasticsearch/config/roles.yml')).filter(existsSync);
  return files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^([\w.-]+):$/gm)].map(([, name]) => name));
}

function body({ method, path, kind }, json, roles) {
  const [, api, name, rest] = /^\/_security\/(\w+)(?:\/([^/?]+))?(?:\/(\w+))?/.exec(path) ?? [];
  need(!JSON.stringify(json).includes('"password"'), 'a password stands in it');
  if (api === 'user' && rest === '_password') {
    only(json, []);
    need(kind === 'password', `is sent as ${kind}, without its password`);
  } else if (api === 'user') {
    principal(name);
    only(json, ['roles', 'full_name', 'email', 'metadata', 'enabled']);
    texts(json.roles, 'roles');
    for (const role of json.roles) need(roles.includes(role), `the role ${role} is neither made here nor in every cluster`);
    need(kind === 'password', `is sent as ${kind}: a new user needs a password`);
  } else if (api === 'role') {
    principal(name);
    need(!RESERVED.includes(name), `Role [${name}] is reserved and may not be used.`);
    role(json);
  } else if (api === 'role_mapping') {
    mapping(json, roles);
  } else if (api === 'api_key') {
    only(json, ['name', 'role_descriptors', 'expiration', 'metadata']);
    need(method !== 'GET' && json.name.length <= 256 && /^[^_\s]/.test(json.name) && !/\s$/.test(json.name), `name ${json.name}`);
    for (const each of Object.values(json.role_descriptors ?? {})) role(each, true);
  } else {
    need(false, `no API of ours: ${path}`);
  }
}

function only(json, known) {
  for (const key of Object.keys(json)) need(known.includes(key), `unexpected field [${key}]`);
}

function texts(value, what) {
  need(Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== ''), `${what} is no list of texts`);
}

function principal(name) {
  need(/^[\x21-\x7e]([\x20-\x7e]{0,505}[\x21-\x7e])?$/.test(decodeURIComponent(name ?? '')), `${name} is no name of a user or role`);
}

function role(json, inKey = false) {
  only(json, ['cluster', 'indices', 'applications', 'run_as', 'metadata', ...(inKey ? [] : ['description'])]);
  need((json.description ?? '').length <= 1000, 'description is too long');
  for (const each of json.cluster ?? []) need(CLUSTER.includes(each), `unknown cluster privilege [${each}]`);
  for (const index of json.indices ?? []) {
    only(index, ['names', 'privileges', 'allow_restricted_indices']);
    texts(index.names, 'names');
    texts(index.privileges, 'privileges');
    for (const each of index.privileges) need(INDEX.includes(each), `unknown index privilege [${each}]`);
  }
  for (const application of json.applications ?? []) {
    only(application, ['application', 'privileges', 'resources']);
    texts(application.privileges, 'privileges');
    texts(application.resources, 'resources');
    need(typeof application.application === 'string', 'application is no text');
    for (const each of application.resources) need(/^(\*|space:[a-z0-9_-]+)$/.test(each), `resource ${each}`);
  }
}

function mapping(json, roles) {
  only(json, ['enabled', 'roles', 'role_templates', 'rules', 'metadata']);
  texts(json.roles, 'roles');
  need(!json.role_templates, 'role-mapping cannot have both roles and role-templates');
  for (const each of json.roles) need(roles.includes(each), `the role ${each} is neither made here nor in every cluster`);
  need(json.enabled !== false, 'is switched off');
  rule(json.rules, false);
}

/** One word an object: any, all, field, and except inside of all. */
function rule(json, inAll) {
  const [[word, value], ...more] = Object.entries(json ?? {});
  need(more.length === 0, 'a rule contains multiple fields');
  if (word === 'any' || word === 'all') value.forEach((each) => rule(each, word === 'all'));
  else if (word === 'except') {
    need(inAll, 'except is not allowed here');
    rule(value, false);
  } else {
    need(word === 'field', `${word} is not recognised in object`);
    const [[field, wanted], ...others] = Object.entries(value);
    need(others.length === 0, 'field contains multiple fields');
    need(['dn', 'realm.name', 'username', 'groups'].includes(field) || field.startsWith('metadata.'), `no field ${field}`);
    for (const each of [wanted].flat()) need(typeof each === 'string' && each !== '', `${field} is ${each}`);
  }
}
