import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { makeLibraryLinks } from './binaries.ts';
import { ensurePostgres } from './ensure-postgres.ts';
import { chooseServerIdentity } from './server-identity.ts';

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] === undefined ? undefined : Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

/** Resolves when no process has this number any more. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the embedded PostgreSQL', () => {
  let dataFolder: string;

  beforeAll(() => {
    dataFolder = mkdtempSync(path.join(tmpdir(), 'framesong-postgres-'));
  });
  afterAll(async () => {
    await (await ensure()).stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  // Only the first test makes files; a crash of the server, not of the machine, is what is tested.
  const ensure = () => ensurePostgres({ dataFolder, throwAway: true });
  const cluster = (...names: string[]): string => path.join(dataFolder, 'postgres', ...names);
  const lock = (): string[] => readFileSync(cluster('data', 'postmaster.pid'), 'utf8').split('\n');

  it('is started once for two callers at once, private, on loopback and with a password', async () => {
    const both = await Promise.all([ensure(), ensure()]);
    expect(new Set(both.map(({ url }) => url)).size).toBe(1);
    expect(both.filter(({ startedByUs }) => startedByUs)).toHaveLength(1);
    const { url } = both[0];
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(await ask(url, 'show listen_addresses')).toBe('127.0.0.1');
    for (const folder of [cluster(), cluster('data')]) expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(cluster('password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const rules = readFileSync(cluster('data', 'pg_hba.conf'), 'utf8').split('\n');
    expect(rules.filter((line) => /^\w/.test(line)).every((line) => line.trim().endsWith('scram-sha-256'))).toBe(true);
  });

  it('is used again while it runs and keeps its port and data over a stop', async () => {
    const first = await ensure();
    await ask(first.url, 'create table if not exists kept as select 7 as seven');
    expect(await ensure()).toMatchObject({ url: first.url, startedByUs: false });
    await first.stop();
    await first.stop();
    const again = await ensure();
    expect(again).toMatchObject({ url: first.url, startedByUs: true });
    expect(await ask(again.url, 'select seven from kept')).toBe(7);
  });

  it('comes back after kill -9 although its lock file stayed, also when the number went to another program', async () => {
    const first = await ensure();
    await ask(first.url, 'create table if not exists kept as select 7 as seven');
    for (const takenOver of [false, true]) {
      const [pid, ...rest] = lock();
      process.kill(Number(pid), 'SIGKILL');
      await untilGone(Number(pid));
      if (takenOver) writeFileSync(cluster('data', 'postmaster.pid'), [process.pid, ...rest].join('\n'));
      const again = await ensure();
      expect(again.startedByUs).toBe(true);
      expect(await ask(again.url, 'select seven from kept')).toBe(7);
      expect(Number(lock()[0])).not.toBe(Number(pid));
    }
  });

  it('takes another port when its own is taken', async () => {
    const first = await ensure();
    await first.stop();
    const port = new URL(first.url).port;
    const other = createServer().listen(Number(port), '127.0.0.1');
    await once(other, 'listening');
    try {
      const moved = await ensure();
      expect(new URL(moved.url).port).not.toBe(port);
      expect(await ask(moved.url, 'show data_directory')).toBe(cluster('data'));
    } finally {
      other.close();
    }
  });

  it('refuses data of another major version and says what to do', async () => {
    await (await ensure()).stop();
    const version = readFileSync(cluster('data', 'PG_VERSION'), 'utf8');
    writeFileSync(cluster('data', 'PG_VERSION'), '12\n');
    await expect(ensure()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'POSTGRES_VERSION',
    });
    writeFileSync(cluster('data', 'PG_VERSION'), version);
  });

  it('says for a folder that only root may enter how it is run there, or what to set', () => {
    const closed = path.join(dataFolder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const choose = (): string => {
      try {
        return chooseServerIdentity(path.join(closed, 'postgres'), []).kind;
      } catch (error) {
        expect(error).toMatchObject({ reason: 'DATA_FOLDER_NOT_REACHABLE' });
        return String(error).includes('FRAMESONG_DATA_DIR') ? 'told' : 'not told';
      }
    };
    // Which of these depends on who runs the tests and on what the system allows.
    expect(process.getuid?.() === 0 ? ['unshare', 'told'] : ['same_user']).toContain(choose());
  });

  it('makes missing library links and leaves those that are there', () => {
    const folder = path.join(dataFolder, 'package');
    mkdirSync(path.join(folder, 'native', 'lib'), { recursive: true });
    writeFileSync(path.join(folder, 'native', 'lib', 'libx.so.1.2'), 'library');
    const links = ['native/lib/libx.so', 'native/lib/libx.so.1'].map((target) => ({
      source: 'native/lib/libx.so.1.2',
      target,
    }));
    writeFileSync(path.join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    symlinkSync('libx.so.1.2', path.join(folder, 'native', 'lib', 'libx.so'));
    makeLibraryLinks(folder);
    makeLibraryLinks(folder);
    for (const { target } of links) expect(readFileSync(path.join(folder, target), 'utf8')).toBe('library');
  });
});
