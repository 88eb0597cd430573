/** The page's side of a session, for tests: it hears what the session tells. */

import type { LabEvent } from '../protocol';
import { createSession, type LabSession } from './session';

/**
 * A port for `connect` whose events go to `tell`. `all` waits for what has been told so far, however slow the
 * machine: a word sent after it over the same port comes after it.
 */
export function hear(tell: (event: LabEvent) => void): { port: MessagePort; all: () => Promise<void>; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port2.onmessage = ({ data }: MessageEvent<LabEvent | 'all'>) => (data === 'all' ? waiting.shift()?.() : tell(data));
  const all = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      port1.postMessage('all');
    });
  return { port: port1, all, close: () => port2.close() };
}

/** A session on the CPU whose engine has started, and what hears it: `close` when the tests are over. */
export async function openSession(tell: (event: LabEvent) => void): Promise<{ session: LabSession; heard: ReturnType<typeof hear> }> {
  const session = createSession();
  const heard = hear(tell);
  session.connect(heard.port);
  await session.start({ backend: 'cpu', wasmPath: '' });
  return { session, heard };
}
