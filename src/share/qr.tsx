import { useMemo, useState } from 'react';
import { encode } from 'uqr';

/** White modules around the code, as readers ask for. */
const QUIET = 4;

/** The path of a text's QR code, one unit a module, and its width; null for a text that no code can hold. */
export function qrPath(text: string): { path: string; size: number } | null {
  try {
    const { data, size } = encode(text, { ecc: 'L', border: QUIET });
    const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
    return { path, size };
  } catch {
    return null;
  }
}

/** A QR code, black on white in any theme. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => qrPath(text), [text]);
  if (!code) return <p className="fine">This link is too long for a QR code.</p>;
  return (
    <svg className="qr" viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={`M0 0H${code.size}V${code.size}H0Z`} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}

/** The same as a button that lets the code fill the window, for a projector. */
export function LargeQr({ text, label }: { text: string; label: string }) {
  const [large, setLarge] = useState(false);
  return (
    <button
      type="button"
      className={large ? 'qr-button is-large' : 'qr-button'}
      title={large ? 'Make it small again' : 'Fill the window'}
      aria-pressed={large}
      // Escape makes the code small again, and leaves the dialog open, which hears it before the button does.
      data-mantine-stop-propagation={large}
      onClick={() => setLarge(!large)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !large) return;
        event.stopPropagation();
        setLarge(false);
      }}
    >
      <QrCode text={text} label={label} />
    </button>
  );
}
