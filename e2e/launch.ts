/** How tests and measurements start Chromium. */
import type { LaunchOptions } from '@playwright/test';
import { findChromium } from '../scripts/chromium.mjs';

/**
 * Parts of Chromium that are off. Of several lists it takes the last, so that Playwright's own (1.65) is here
 * too. The last two are pages behind the address bar, which no test sees: Chromium would load them for every
 * window, for two thirds of a second of processor time.
 */
const OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/**
 * How Chromium is launched: headless, with WebGPU on a software adapter, and without what takes a processor
 * beside the page.
 *
 * @param executablePath the Chromium that is found, where none is given
 */
export const launchOptions = (executablePath: string | undefined = findChromium() ?? undefined): LaunchOptions => ({
  executablePath,
  // WebGPU in software, as on a machine without a GPU; the rest keeps Chromium from looking up its own
  // services.
  args: [
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
    `--disable-features=${OFF.join(',')}`,
  ],
});
