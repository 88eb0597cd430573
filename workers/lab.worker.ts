import * as Comlink from 'comlink';
import { createSession, type LabSession } from './session/session';

/**
 * The worker's entry: one session behind a Comlink surface. Everything it does also runs in Node, in
 * session.ts.
 */
const session: LabSession = createSession();

Comlink.expose(session);
