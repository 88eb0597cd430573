/** Path of a Chromium, or null; throws when CHROMIUM_PATH is wrong. */
export function findChromium(): string | null;
/** Path of a Chromium, installed if need be; throws with what to do. */
export function ensureChromium(): string;
