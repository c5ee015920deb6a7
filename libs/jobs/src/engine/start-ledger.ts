import type { Query } from '../database.ts';

/** Which starts this process works on, and which it was given without hearing of it. */
export interface StartLedger {
  /** Notes the start while `work` is under way. */
  inHand<T>(startId: string, work: () => Promise<T>): Promise<T>;
  /** Puts starts that nobody here works on back on their queue, when they were so at the last call too. Returns how many. */
  reclaim(): Promise<number>;
}

interface ClaimRow {
  readonly id: string;
  readonly claim: string;
}

/**
 * A claim is committed before its answer arrives. When the connection breaks in between, the start stands as running here
 * for good, and no peer takes it over, because this process lives. So what stands as ours is compared with what we do.
 */
export function createStartLedger(engineSchema: string, executorId: string, query: Query): StartLedger {
  const working = new Map<string, number>();
  let suspects = new Set<string>();

  const claims = (): Promise<ClaimRow[]> =>
    query<ClaimRow>(
      `select workflow_uuid as id, coalesce(owner_xid, '') as claim from "${engineSchema}".workflow_status
        where status = 'PENDING' and executor_id = $1`,
      [executorId],
    );
  const putBack = (rows: readonly ClaimRow[]): Promise<object[]> =>
    query(
      `update "${engineSchema}".workflow_status start
          set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
              updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
         from unnest($2::text[], $3::text[]) as lost (id, claim)
        where start.workflow_uuid = lost.id and coalesce(start.owner_xid, '') = lost.claim
          and start.status = 'PENDING' and start.executor_id = $1 and start.queue_name is not null
       returning start.workflow_uuid`,
      [executorId, rows.map(({ id }) => id), rows.map(({ claim }) => claim)],
    );

  return {
    async inHand(startId, work) {
      working.set(startId, (working.get(startId) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (working.get(startId) ?? 1) - 1;
        if (left === 0) working.delete(startId);
        else working.set(startId, left);
      }
    },
    async reclaim() {
      const strange = (await claims()).filter(({ id }) => !working.has(id));
      const lost = strange.filter(({ id, claim }) => suspects.has(`${id} ${claim}`));
      suspects = new Set(strange.map(({ id, claim }) => `${id} ${claim}`));
      return lost.length === 0 ? 0 : (await putBack(lost)).length;
    },
  };
}
