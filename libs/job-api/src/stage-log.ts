/** Remembers which stage a job was in for how long, as seen from its events. */
export interface StageLog {
  enter(stage: string | undefined): void;
  /** `in stage prepare references (queue wait 20 ms, prepare references 310 ms)`. */
  told(): string;
}

/** Starts in the queue. */
export function createStageLog(): StageLog {
  const spentMs = new Map<string, number>();
  let current = 'queue wait';
  let since = performance.now();
  const close = () => {
    const now = performance.now();
    spentMs.set(current, (spentMs.get(current) ?? 0) + now - since);
    since = now;
  };
  return {
    enter(stage) {
      if (!stage || stage === current) return;
      close();
      current = stage;
    },
    told() {
      close();
      const list = [...spentMs].map(([stage, ms]) => `${stage} ${Math.round(ms)} ms`).join(', ');
      return `in stage ${current} (${list})`;
    },
  };
}
