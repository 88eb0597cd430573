/**
 * Charts on paper. A browser takes its picture as soon as the handlers of `beforeprint` have returned, so
 * every chart is drawn in them: light, as wide as a page, and also those that nobody has scrolled to yet.
 */

/** Width in px of a panel on A4 and on Letter with the margins of src/ui/print.css. */
const PAPER_PX = 680;

interface Printed {
  before(width: number): void;
  after(): void;
}

const charts = new Set<Printed>();
let listening = false;

/**
 * Tells a chart before and after the page is printed; returns what ends that. One listener for all: between
 * two of them React would render the light theme and take the second away before it is called.
 */
export function onPrint(chart: Printed): () => void {
  if (!listening) {
    listening = true;
    addEventListener('beforeprint', () => {
      for (const { before } of charts) before(PAPER_PX);
    });
    addEventListener('afterprint', () => {
      for (const { after } of charts) after();
    });
  }
  charts.add(chart);
  return () => {
    charts.delete(chart);
  };
}
