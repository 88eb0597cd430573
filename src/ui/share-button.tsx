import { Popover, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useSpec } from '../state/spec';
import { shareUrl } from '../state/url';
import { Icon } from './icons';

const CONFIRMED_MS = 2_500;

/**
 * Copies an address that holds the whole spec. Where the clipboard is out of reach it is shown, selected, to
 * be copied by hand.
 */
export function ShareButton() {
  const [copied, setCopied] = useState(false);
  const [address, setAddress] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isTable = useSpec(({ spec: { dataset } }) => dataset.kind === 'table' || dataset.kind === 'series-table');
  useEffect(() => () => clearTimeout(timer.current), []);

  const share = async () => {
    const url = await shareUrl();
    try {
      await navigator.clipboard.writeText(url);
      setCopied(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setCopied(false), CONFIRMED_MS);
    } catch {
      setAddress(url);
    }
  };

  return (
    <Popover position="bottom-end" width={400} shadow="none" opened={address !== null} onDismiss={() => setAddress(null)} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="btn share"
          aria-label="Share"
          title="Copies an address with every setting. Data never goes with it."
          onClick={share}
        >
          <Icon name={copied ? 'check' : 'link'} small />
          <span className="desktop-only">{copied ? 'Copied' : 'Share'}</span>
        </button>
      </Popover.Target>
      <span className="sr" role="status">
        {copied &&
          `The address is copied. It holds every setting.${isTable ? ' Your table is not in it: whoever opens it needs the same file.' : ''}`}
      </span>
      <Popover.Dropdown aria-label="Share">
        <TextInput
          label="Copy this address. It holds every setting."
          value={address ?? ''}
          readOnly
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
