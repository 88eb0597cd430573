/** What the line of a new version says. `others`: further pages of the lab that are open. */
export function versionWords(busy: boolean, others: number): { lead: string; rest: string } {
  const lead = 'A new version is ready.';
  if (busy) return { lead, rest: 'It waits until the run is over.' };
  if (others > 0) {
    const pages = others === 1 ? 'Another page of the lab is open: close it first' : `${others} other pages of the lab are open: close them first`;
    return { lead, rest: `${pages}, since they would lose parts of theirs.` };
  }
  return { lead, rest: 'The page reloads with it; a run that is kept is offered again.' };
}
