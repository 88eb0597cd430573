import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

/**
 * A component without props whose code is asked for at once and shown when it is there, `meanwhile` until then; an error where it does not come, for the boundary
 * around it. Not `Suspense`, which lets what comes soon after a first paint wait for 300 ms.
 */
export function later(load: () => Promise<ComponentType>, meanwhile: ReactNode = null): ComponentType {
  let Loaded: ComponentType | null = null;
  let failure: unknown = null;
  const settled = load().then(
    (component) => {
      Loaded = component;
    },
    (reason: unknown) => {
      failure = reason ?? new Error('The code did not load.');
    },
  );
  return function Later() {
    const [, setSettled] = useState(Loaded !== null || failure !== null);
    useEffect(() => {
      let mounted = true;
      settled.then(() => mounted && setSettled(true));
      return () => {
        mounted = false;
      };
    }, []);
    if (failure) throw failure;
    return Loaded ? <Loaded /> : meanwhile;
  };
}
