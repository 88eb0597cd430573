/** What the line says of a run of an earlier visit. */
interface KeptFacts {
  /** ISO 8601. */
  begun: string;
  /** As people read it. */
  epoch: string;
  over: boolean;
  /** Name of its data. */
  data: string;
  /** Another page of this browser has it. */
  elsewhere?: boolean;
}

/** "14:05" for one of today, with the day before it for others. */
function when(begun: string, now: Date): string {
  const at = new Date(begun);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}, ${time}`;
}

export function keptWords({ begun, epoch, over, data, elsewhere = false }: KeptFacts, now: Date): { lead: string; rest: string } {
  const run = `Your run of ${when(begun, now)}`;
  if (elsewhere) {
    const lead = over ? `${run} is open in another page.` : `${run} is open in another page, at epoch ${epoch}.`;
    return { lead, rest: 'Here it can only be read; it is offered here when that page is closed.' };
  }
  return {
    lead: over ? `${run} is kept.` : `${run} stopped at epoch ${epoch}.`,
    rest: `${data}, kept in this browser.`,
  };
}
