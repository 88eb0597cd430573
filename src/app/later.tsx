import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

/**
 * A component without props whose code is asked for at once and shown when it is there, `meanwhile` until then. Not `Suspense`, which lets what comes soon after a first
 * paint wait for 300 ms.
 */
export function later(load: () => Promise<ComponentType>, meanwhile: ReactNode = null): ComponentType {
  let Loaded: ComponentType | null = null;
  const loading = load().then((component) => {
    Loaded = component;
  });
  return function Later() {
    const [, setLoaded] = useState(Loaded !== null);
    useEffect(() => {
      let mounted = true;
      loading.then(() => mounted && setLoaded(true));
      return () => {
        mounted = false;
      };
    }, []);
    return Loaded ? <Loaded /> : meanwhile;
  };
}
