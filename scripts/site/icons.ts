/** The icons of an installed lab, made by `npm run icons`. */
/** Files of public/. `maskable`: a system may cut it to any shape that holds the inner 80 %. */
export const ICONS = [
  { file: 'icon-192.png', size: 192, maskable: false },
  { file: 'icon-512.png', size: 512, maskable: false },
  { file: 'icon-maskable-512.png', size: 512, maskable: true },
] as const;

/**
 * The drawing; a maskable one fills its square, and holds what it shows within the part that is never cut.
 */
export function iconSvg(drawing: string, maskable: boolean): string {
  if (!maskable) return drawing;
  const [, open, side, ground, rest] = /^(<svg[^>]*viewBox="0 0 (\d+) \d+">)(<rect[^>]*\/>)(.*)<\/svg>\s*$/s.exec(drawing) ?? [];
  if (!rest) throw new Error('public/icon.svg is not a ground and what stands on it.');
  const half = Number(side) / 2;
  return `${open}${ground.replace(/ rx="\d+"/, '')}<g transform="translate(${half} ${half}) scale(.78) translate(-${half} -${half})">${rest}</g></svg>`;
}
