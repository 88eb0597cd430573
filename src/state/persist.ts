/** Whether the browser has promised not to clear what this site keeps; null where it does not say. */
export async function isPersisted(): Promise<boolean | null> {
  return (await globalThis.navigator?.storage?.persisted?.().catch(() => null)) ?? null;
}

/** Asks the browser for that promise; some ask the person in turn. Null where it cannot be asked. */
export async function askToPersist(): Promise<boolean | null> {
  return (await globalThis.navigator?.storage?.persist?.().catch(() => null)) ?? null;
}
