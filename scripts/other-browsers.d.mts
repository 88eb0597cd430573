export type OtherBrowser = 'firefox' | 'webkit';

/** Path of a Firefox, or null; throws when FIREFOX_PATH is wrong. */
export function findFirefox(): string | null;
/** Paths of WebKitGTK's driver and browser and of Xvfb, or null. */
export function findWebKit(): { driver: string; screen: string; browser: string } | null;
/** Installs what is missing in the background; null when all is there, else why not. */
export function installOthers(names: OtherBrowser[]): Promise<string | null>;
