import { Checkbox } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import type { DatasetFacts } from '../../../workers/spec/facts';
import type { MethodAbout } from '../../../workers/spec/methods';
import { count } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { Swatch } from '../../ui/method-line';
import type { findMethods } from './find-methods';
import { chooseMethod, countOn, refusalOn, useMethodSettings } from './method-choice';

interface RowProps {
  about: MethodAbout;
  facts: DatasetFacts | null;
  /** The row that the arrow keys are at; its controls alone are reached by Tab. */
  active: boolean;
  /** Its card is shown. */
  current: boolean;
  locked: boolean;
  only: boolean;
  onActive(): void;
  onShow(): void;
}

/**
 * A method in the list of all: whether it is used, its line, its name, its size, and why it cannot be used
 * where it cannot.
 */
function Row({ about, facts, active, current, locked, only, onActive, onShow }: RowProps) {
  const { used, settings, dimensions } = useMethodSettings(about.id);
  const refusal = refusalOn(about.id, facts);
  const parameters = countOn(about, facts, settings, dimensions);
  const reason = `${about.id}-refusal`;
  return (
    <li data-method={about.id} data-current={current || undefined} data-refused={refusal ? true : undefined}>
      <div className="lrow">
        <Checkbox
          aria-label={`Use ${about.label}`}
          aria-describedby={refusal ? reason : undefined}
          checked={used}
          disabled={locked || (used ? only : refusal !== null)}
          tabIndex={active ? 0 : -1}
          onFocus={onActive}
          onChange={(event) => chooseMethod(about.id, event.currentTarget.checked)}
        />
        <button type="button" className="pick" tabIndex={active ? 0 : -1} aria-current={current || undefined} onFocus={onActive} onClick={onShow}>
          <Swatch id={about.id} />
          <span className="nm">{about.label}</span>
          <span className="ct tab">{parameters === null ? '' : count(parameters)}</span>
        </button>
      </div>
      {refusal && (
        <p className="why" id={reason}>
          <Icon name="warn" small />
          {refusal}
        </p>
      )}
    </li>
  );
}

interface ListProps {
  groups: ReturnType<typeof findMethods<MethodAbout>>;
  facts: DatasetFacts | null;
  active: string | null;
  current: string | null;
  locked: boolean;
  only: string | null;
  onActive(id: string): void;
  onShow(id: string): void;
}

/**
 * All methods by group. Arrow keys, Home and End move between them; Space takes one in or leaves it out,
 * Enter on its name shows its card.
 */
export function MethodList({ groups, facts, active, current, locked, only, onActive, onShow }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const ids = groups.flatMap(({ methods }) => methods.map(({ id }) => id));
  const at = active !== null && ids.includes(active) ? active : ids[0];
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const index = ids.indexOf(at);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (next === undefined || next < 0 || next >= ids.length) return;
    event.preventDefault();
    onActive(ids[next]);
    const part = event.target instanceof HTMLInputElement && !event.target.disabled ? 'input:not(:disabled)' : '.pick';
    const row = list.current?.querySelector(`[data-method="${CSS.escape(ids[next])}"]`);
    (row?.querySelector<HTMLElement>(part) ?? row?.querySelector<HTMLElement>('.pick'))?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the controls inside, which are what is operated
    <div ref={list} onKeyDown={move}>
      {groups.map(({ family, title, words, methods }) => (
        <section key={family} aria-label={title} className="lgroup">
          <header>
            <h3>{title}</h3>
            <span className="n">{methods.length}</span>
            <p>{words}</p>
          </header>
          <ul>
            {methods.map((about) => (
              <Row
                key={about.id}
                about={about}
                facts={facts}
                active={at === about.id}
                current={current === about.id}
                locked={locked}
                only={only === about.id}
                onActive={() => onActive(about.id)}
                onShow={() => onShow(about.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
