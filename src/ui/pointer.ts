/**
 * Where a pointer is inside the element that listens, in the element's own px: a panel in full screen is
 * enlarged, and the pointer counts in px of the screen.
 */
export function pointIn({ clientX, clientY, currentTarget }: { clientX: number; clientY: number; currentTarget: HTMLElement }): {
  x: number;
  y: number;
} {
  const box = currentTarget.getBoundingClientRect();
  const scale = box.width > 0 ? currentTarget.offsetWidth / box.width : 1;
  return { x: (clientX - box.left) * scale, y: (clientY - box.top) * scale };
}
