import { connectDatabase, type Database } from './database.ts';
import { newJobId, prefixOf } from './job-id.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { canonicalJson, requestDigest } from './request-digest.ts';
import { storedJson } from './stored-json.ts';
import { startTestPostgres, type TestPostgres } from './testing/test-service.ts';

describe('job ids', () => {
  it('sort in the order of their making, also within a millisecond, and name their prefix', () => {
    const ids = [...Array.from({ length: 100 }, () => newJobId('song', 5000)), newJobId('song')];
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(prefixOf(ids[0]!, ['song'])).toBe('song');
    for (const wrong of ['song', 'song_1', `SONG_${'0'.repeat(26)}`, `song_${'0'.repeat(27)}`]) {
      expect(() => prefixOf(wrong, ['frame', 'song'])).toThrow(/must look like frame_ or song_ and 26/);
    }
  });
});

describe('request digests', () => {
  it('are equal for equal content in any order of keys, and differ for any other', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[{"d":1}]}');
    expect(requestDigest({ a: 1, b: 2 })).toBe(requestDigest({ b: 2, a: 1 }));
    expect(requestDigest([1, 2])).not.toBe(requestDigest([2, 1]));
  });
});

describe('migrations', () => {
  let postgres: TestPostgres;
  let database: Database;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    database = connectDatabase({ url: postgres.url, schema: 'framesong_migrated' });
  });
  afterAll(async () => {
    await database.close();
    await postgres.remove();
  });

  it('are applied once by several processes at once, go on where they stopped, and refuse only what breaks older programs', async () => {
    await Promise.all([migrate(database), migrate(database), migrate(database)]);
    const applied = () => database.query<{ number: number }>('select number from migration order by number');
    expect((await applied()).map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    const longer = [...MIGRATIONS, 'create table more (id integer)'];
    await migrate(database, longer);
    expect(await database.query('select * from more')).toEqual([]);
    // What was only added is of no concern to an older program.
    await migrate(database);
    const breaking = [...longer, { sql: 'alter table more rename to less', breaksOlder: true } as const];
    await migrate(database, breaking);
    for (const older of [MIGRATIONS, longer]) {
      await expect(migrate(database, older)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        reason: 'DATABASE_TOO_NEW',
      });
    }
    await expect(migrate(database, [...breaking, 'create table again (id integer)', 'nonsense'])).rejects.toThrow(
      /syntax/,
    );
    expect(await applied()).toHaveLength(breaking.length);
  });

  it('lets any text into a jsonb column', async () => {
    const value = { zero: 'a\0b', escaped: 'a\\u0000b', both: '\\\0' };
    const [row] = await database.query<{ value: unknown }>('select $1::jsonb as value', [storedJson(value)]);
    expect(row?.value).toEqual({ zero: 'a\ufffdb', escaped: 'a\\u0000b', both: '\\\ufffd' });
  });
});
