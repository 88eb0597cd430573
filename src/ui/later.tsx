import { type ComponentType, type FunctionComponent, type ReactNode, useEffect, useState } from 'react';

/**
 * A component without props whose code comes after the page is first seen: `meanwhile` until then, and an
 * error where it does not come, for the boundary around it. It is asked for when the component is mounted, or
 * by `load`. Not `Suspense`, which lets what comes soon after a first paint wait for 300 ms.
 */
export function later(source: () => Promise<ComponentType>, meanwhile: ReactNode = null): FunctionComponent & { load(): Promise<void> } {
  let Loaded: ComponentType | null = null;
  let failure: unknown = null;
  let settled: Promise<void> | null = null;
  const load = (): Promise<void> => {
    settled ??= source().then(
      (component) => {
        Loaded = component;
      },
      (reason: unknown) => {
        failure = reason ?? new Error('The code did not load.');
      },
    );
    return settled;
  };
  function Later(): ReactNode {
    const [, setSettled] = useState(Loaded !== null || failure !== null);
    useEffect(() => {
      let mounted = true;
      load().then(() => mounted && setSettled(true));
      return () => {
        mounted = false;
      };
    }, []);
    if (failure) throw failure;
    return Loaded ? <Loaded /> : meanwhile;
  }
  return Object.assign(Later, { load });
}
