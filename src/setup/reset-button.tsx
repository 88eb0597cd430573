interface ResetButtonProps {
  label: string;
  /** Something differs from what the button would set. */
  differs: boolean;
  onReset(): void;
}

/**
 * Puts the values of a form back; off while there is nothing to put back, and not `disabled`, which would
 * take the focus of the keyboard that has just pressed it.
 */
export function ResetButton({ label, differs, onReset }: ResetButtonProps) {
  return (
    <div className="reset">
      <button
        type="button"
        className="btn"
        aria-disabled={!differs}
        title={differs ? undefined : 'Nothing differs'}
        onClick={() => differs && onReset()}
      >
        {label}
      </button>
    </div>
  );
}
