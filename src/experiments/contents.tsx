import { NativeSelect } from '@mantine/core';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { openExperiment } from './open';
import { useExperiment } from './state';

/** The paper without its place in it: "Simchoni & Rosset (2025)". */
const paperOf = (paper: string): string => /^.*?\(\d{4}\)/.exec(paper)?.[0] ?? paper;
const PAPERS = [...new Set(EXPERIMENTS.map(({ paper }) => paperOf(paper)))].map((paper) => ({
  paper,
  experiments: EXPERIMENTS.filter((one) => paperOf(one.paper) === paper),
}));

/**
 * The experiments by paper: a list next to the sheet, a select above it where there is no room for a list.
 */
export function Contents() {
  const { experiment } = useExperiment();
  return (
    <nav aria-label="Experiments">
      <NativeSelect
        className="narrow"
        label="Table or figure"
        value={experiment.id}
        data={PAPERS.map(({ paper, experiments }) => ({
          group: paper,
          items: experiments.map(({ id, title, needs }) => ({ value: id, label: needs ? `${title} (your file)` : title })),
        }))}
        onChange={(event) => openExperiment(event.currentTarget.value)}
      />
      {PAPERS.map(({ paper, experiments }) => (
        <div className="wide" key={paper}>
          <h2>{paper}</h2>
          <ul>
            {experiments.map(({ id, title, needs }) => (
              <li key={id}>
                <a
                  href={`?experiment=${id}`}
                  aria-current={id === experiment.id ? 'page' : undefined}
                  onClick={(event) => {
                    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                    event.preventDefault();
                    openExperiment(id);
                  }}
                >
                  {title}
                  {needs && <span className="own">your file</span>}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
