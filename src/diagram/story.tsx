import type { StepTrace } from '../../workers/protocol';
import type { Detail } from '../state/followed';
import { Glossed } from '../ui/term';
import { Tex } from '../ui/tex';
import type { Scene } from '../words/diagram/scene';
import { listingOf } from './listings';

/** All sub-steps in words, the one of now marked. */
export function InWords({ scenes, at, go }: { scenes: readonly Scene[]; at: number; go: (to: number) => void }) {
  return (
    <ol className="in-words">
      {scenes.map(({ id, title, words }, i) => (
        <li key={id} aria-current={i === at ? 'step' : undefined}>
          <button type="button" className="lk" onClick={() => go(i)}>
            {title}
          </button>
          <p>{words}</p>
        </li>
      ))}
    </ol>
  );
}

/** What the sub-step of now is in words, as a formula with the row's numbers, or as the lab's code. */
export function Story({ trace, scene, detail }: { trace: StepTrace; scene: Scene; detail: Detail }) {
  const listing = detail === 'code' ? listingOf(trace, scene.id) : null;
  return (
    <div className="story">
      <h3>{scene.title}</h3>
      <p aria-live="polite">
        <Glossed>{scene.words}</Glossed>
      </p>
      {(detail === 'formula' || detail === 'code') && (
        <>
          <Tex block label={`Formula of ${scene.title}`}>
            {scene.formula}
          </Tex>
          {scene.numbers !== null && (
            <Tex block label={`The same with the numbers of this row: ${scene.title}`}>
              {scene.numbers}
            </Tex>
          )}
        </>
      )}
      {listing && (
        <figure className="listing">
          {/* What scrolls must be reachable by keyboard. */}
          <section className="scroll" {...{ tabIndex: 0, 'aria-label': `Code of ${scene.title}` }}>
            <pre>
              <code>{listing.code}</code>
            </pre>
          </section>
          <figcaption className="fine">{listing.file}. Faster plans of the engine are held equal to it by tests.</figcaption>
        </figure>
      )}
    </div>
  );
}
