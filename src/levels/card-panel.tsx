import { useCallback, useId, useState } from 'react';
import type { LevelCard, LevelDistance } from '../../workers/protocol';
import { levelNeighbours } from '../lab-client/levels';
import { Choice } from '../results/choice';
import { EmptyChart } from '../results/panel';
import { Provenance } from '../results/provenance';
import { useSelected, useSelection } from '../state/selection';
import { value, whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { passesFocus } from '../ui/take-focus';
import { cardSentence, effectName } from '../words/level-room';
import { type Answer, useAnswer } from './answer';
import { NONE } from './columns';
import { labelAt, oneLine } from './labels';
import { Refusal } from './refusal';
import { Responses } from './responses';
import type { LevelsShown } from './shown';

const NEIGHBOURS = 10;
/** Longer labels stand in a box that scrolls. */
const LONG = 120;

const told = (number: number): string => (Number.isFinite(number) ? value(number) : NONE);

/** What is known of one level: the first of the selection. */
export function CardPanel({ shown, answer: { value: card, error } }: { shown: LevelsShown; answer: Answer<LevelCard> }) {
  const { method, feature, thing } = shown;
  const id = useId();
  const selected = useSelected(feature);
  const clear = useSelection((state) => state.clear);
  return (
    <section className="panel w4 levels-card" aria-labelledby={id}>
      <div className="ph">
        <h2 id={id} tabIndex={-1}>
          {thing.One}
        </h2>
        <span className="sp" />
        {selected.length > 0 && (
          <button ref={passesFocus(() => document.getElementById(id))} type="button" className="btn quiet" onClick={clear}>
            {selected.length === 1 ? 'Deselect' : `Deselect ${whole(selected.length)}`}
          </button>
        )}
      </div>
      <Refusal error={error} />
      {card ? (
        <Card card={card} shown={shown} />
      ) : (
        !error && <EmptyChart height={320}>Choose a {thing.one} in the list, on the map, or in a chart above.</EmptyChart>
      )}
      {card && <p className="cap">{cardSentence(card, thing)}</p>}
      <Provenance methods={[method]} />
    </section>
  );
}

/** A level that a click goes to. */
export function LevelLink({ shown, level }: { shown: LevelsShown; level: number }) {
  const choose = useSelection((state) => state.choose);
  return (
    <button type="button" className="lk level-link" onClick={() => choose(shown.feature, level, 'card')}>
      <bdi>{oneLine(labelAt(shown.view, level))}</bdi>
    </button>
  );
}

function Card({ card, shown }: { card: LevelCard; shown: LevelsShown }) {
  const { view } = shown;
  const { level, label } = card;
  const { effect, posteriorSd, rank } = view;
  const facts: [string, string][] = [
    ['Training rows', whole(card.rows)],
    ['Test rows', whole(card.testRows)],
    ...(Number.isFinite(card.meanResponse) ? [['Mean response', told(card.meanResponse)] as [string, string]] : []),
    ...(effect ? [[effectName(effect.kind), told(effect.values[level])] as [string, string]] : []),
    ...(posteriorSd ? [['Posterior SD', told(posteriorSd[level])] as [string, string]] : []),
    ...(rank && Number.isFinite(rank.expected[level])
      ? [
          [
            'Expected rank',
            `${told(rank.expected[level])}${rank.low && rank.high ? `, 95 % ${whole(rank.low[level])} to ${whole(rank.high[level])}` : ''}`,
          ] as [string, string],
        ]
      : []),
  ];
  const box = label.length > LONG;
  const name = <bdi>{label === '' || label.trim() === '' ? oneLine(label) : label}</bdi>;
  return (
    <>
      {box ? (
        <ScrollRegion className="level-name is-long" aria-label={`Label of ${whole(label.length)} characters`}>
          {name}
        </ScrollRegion>
      ) : (
        <p className="level-name">{name}</p>
      )}
      <dl className="level-facts">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        {card.parent !== undefined && (
          <div>
            <dt>Parent</dt>
            <dd>
              <LevelLink shown={shown} level={card.parent} />
            </dd>
          </div>
        )}
        {card.children && card.children.length > 0 && (
          <div>
            <dt>Children</dt>
            <dd>{whole(card.children.length)}</dd>
          </div>
        )}
      </dl>
      {card.responses.length > 1 && <Responses card={card} />}
      {card.vector.length > 0 && <Neighbours card={card} shown={shown} />}
      {card.vector.length > 0 && <Vector card={card} />}
    </>
  );
}

function Neighbours({ card, shown }: { card: LevelCard; shown: LevelsShown }) {
  const { view, method, feature, thing } = shown;
  const { level } = card;
  const [asked, setDistance] = useState<LevelDistance>('euclidean');
  const distance = asked === 'mahalanobis' && !card.variances ? 'euclidean' : asked;
  const ask = useCallback(() => levelNeighbours({ method, feature, level, distance, count: NEIGHBOURS }), [method, feature, level, distance]);
  const { value: near, error } = useAnswer(ask);
  return (
    <>
      <div className="row2 level-near">
        <h3>Nearest</h3>
        <Choice
          label="Distance"
          value={distance}
          options={[
            { value: 'euclidean', label: 'Euclidean' },
            { value: 'cosine', label: 'Cosine' },
            { value: 'mahalanobis', label: 'Mahalanobis', disabled: !card.variances },
          ]}
          onChange={(next) => setDistance(next as LevelDistance)}
        />
      </div>
      <Refusal error={error} />
      {near && (
        <table className="level-table" data-milliseconds={near.milliseconds}>
          <caption className="sr">
            Nearest {thing.many} by {distance} distance of the vectors of {labelOf(method)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{thing.One}</th>
              <th scope="col">Distance</th>
              <th scope="col">Rows</th>
            </tr>
          </thead>
          <tbody>
            {Array.from(near.levels, (other, i) => (
              <tr key={other}>
                <th scope="row">
                  <LevelLink shown={shown} level={other} />
                </th>
                <td>{value(near.distances[i])}</td>
                <td>{whole(view.rows[other])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The numbers of the vector, with what the posterior knows of each. */
function Vector({ card }: { card: LevelCard }) {
  const { vector, variances, trueEffect } = card;
  return (
    <details className="level-vector">
      <summary>
        Vector of {whole(vector.length)} {vector.length === 1 ? 'number' : 'numbers'}
      </summary>
      <ScrollRegion className="level-scroll" aria-label="Numbers of the vector">
        <table className="level-table">
          <thead>
            <tr>
              <th scope="col">Dimension</th>
              <th scope="col">Value</th>
              {variances && <th scope="col">Posterior SD</th>}
            </tr>
          </thead>
          <tbody>
            {Array.from(vector, (number, m) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a dimension is its place
              <tr key={m}>
                <th scope="row">{m + 1}</th>
                <td>{told(number)}</td>
                {variances && <td>{told(Math.sqrt(variances[m]))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
        {trueEffect && <p className="fine">True effect: {Array.from(trueEffect, told).join(', ')}.</p>}
      </ScrollRegion>
    </details>
  );
}
