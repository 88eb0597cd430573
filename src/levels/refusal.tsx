import type { LabError } from '../../workers/protocol';

/** Why there is nothing to see, and what to do. */
export const Refusal = ({ error }: { error: LabError | null }) =>
  error && (
    <p className="fine" role="alert">
      {error.message} {error.hint}
    </p>
  );
