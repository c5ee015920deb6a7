import { inspect } from 'node:util';
import { FramesongError } from '@framesong/errors';
import { contextFor, requestFor, type AdapterUnderTest } from './adapter-under-test.ts';

/** What every provider promises of calls that fail. Part of `describeImageProvider`. */
export function describeFailures(current: () => AdapterUnderTest): void {
  describe('when calls fail', () => {
    const failureOf = async (changes: Parameters<typeof contextFor>[1] = {}): Promise<FramesongError> => {
      const { provider } = current();
      const thrown: unknown = await provider
        .generate(await requestFor(current()), contextFor([], changes))
        .catch((error: unknown) => error);
      if (thrown instanceof FramesongError) return thrown;
      throw new Error('the call had to fail with an error of ours', { cause: thrown });
    };

    it.each([
      ['unauthorized', 'FAILED_PRECONDITION', 'rejected', 0],
      ['no_balance', 'FAILED_PRECONDITION', 'rejected', 0],
      ['server_error', 'UNAVAILABLE', 'sent_unknown', 0],
      ['gateway_page', 'UNAVAILABLE', 'sent_unknown', 0],
      ['lost_answer', 'UNAVAILABLE', 'sent_unknown', 1],
      ['cut_body', 'UNAVAILABLE', 'billed', 1],
      ['garbage_with_200', 'UNAVAILABLE', 'billed', 1],
    ])('%s gives %s, %s, and %d orders', async (kind, code, outcome, orders) => {
      current().fail(kind, 'order');
      const { findsLostOrders = false, provider } = current();
      if (findsLostOrders && orders === 1) await provider.generate(await requestFor(current()), contextFor());
      else {
        const known = findsLostOrders && outcome === 'sent_unknown' ? 'rejected' : outcome;
        expect(await failureOf()).toMatchObject({ code, outcome: known });
      }
      expect(current().orders()).toHaveLength(orders);
      expect(current().requests('order')).toBe(1);
    });

    it('no error shows the key, the prompt or a header, whoever looks into it', async () => {
      const lost = current().findsLostOrders === true ? [] : ['cut_body'];
      for (const kind of ['unauthorized', 'server_error', 'html_with_200', ...lost]) {
        current().fail(kind, 'order');
        const error = await failureOf();
        const everything = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)} ${error.stack}`;
        expect(everything).not.toContain(current().key);
        expect(everything).not.toMatch(/authorization|Bearer/i);
        expect(everything).not.toContain('They meet on a bridge');
      }
    });

    it('a cancel reaches the socket', async () => {
      current().fail('hang', 'order');
      const abort = new AbortController();
      const order = current().next('order');
      const failure = failureOf({ signal: abort.signal });
      const { ended } = await order;
      abort.abort();
      expect(await failure).toMatchObject({ code: 'CANCELLED', outcome: 'sent_unknown' });
      expect(await ended).toBe('left');
    });

    it('a time limit ends a call that is never answered, and reaches the socket', async () => {
      current().fail('hang', 'order');
      const order = current().next('order');
      const timeouts = { totalMs: 1000 };
      const request = await requestFor(current());
      const call = current().provider.generate(request, contextFor([], { timeouts }));
      call.catch(() => undefined);
      const { ended } = await order;
      if (current().findsLostOrders === true) await call;
      else await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', outcome: 'sent_unknown' });
      expect(await ended).toBe('left');
    });

    it('a call that was cancelled before it began costs nothing', async () => {
      expect(await failureOf({ signal: AbortSignal.abort() })).toMatchObject({
        code: 'CANCELLED',
        outcome: 'not_sent',
      });
      expect(current().requests('order')).toBe(0);
    });
  });
}
