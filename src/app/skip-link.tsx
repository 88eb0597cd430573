/** Id of the sheet of results. */
export const RESULTS = 'results';

/** The first stop of Tab: past the settings. The address holds the experiment, so it stays as it is. */
export const SkipLink = () => (
  <a
    className="skip"
    href={`#${RESULTS}`}
    onClick={(event) => {
      event.preventDefault();
      const sheet = document.getElementById(RESULTS);
      sheet?.focus({ preventScroll: true });
      sheet?.scrollIntoView();
    }}
  >
    Skip to the results
  </a>
);
