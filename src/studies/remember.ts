import { isVolatile } from '../state/volatile';

const KEY = 'mmbeddings-lab.studies';

/** Notes that this browser has studies, so that a page asks for their code only then. */
export function rememberStudy(some: boolean): void {
  if (isVolatile()) return;
  try {
    if (some) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that stores nothing has no studies to come back to.
  }
}

export function hasStudies(): boolean {
  if (isVolatile()) return false;
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
