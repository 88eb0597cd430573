import { TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { ABOUTS } from '../../../workers/spec/methods';
import { useMethodCard } from '../../state/method-card';
import { useAllowed } from '../../state/page-view';
import { useRun } from '../../state/run';
import { isUnderway } from '../../state/run-status';
import { useSpec } from '../../state/spec';
import { useFacts } from '../../state/table/use-facts';
import { LOCKED_WHY } from '../../ui/control';
import { Dialog } from '../../ui/dialog';
import { plural } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { usePhone } from '../../ui/use-phone';
import { findMethods } from './find-methods';
import { MethodCard } from './method-card';
import { MethodList } from './method-list';

/**
 * All methods: a list to search and choose from, and next to it the card of one. On a phone the card takes
 * the list's place.
 */
function Browser({ asked }: { asked: string | null }) {
  const phone = usePhone();
  const chosen = useSpec((state) => state.spec.methods);
  const status = useRun((state) => state.status);
  const facts = useFacts();
  const chooses = useAllowed('methods') === 'open';
  const locked = isUnderway(status) || !chooses;
  const [query, setQuery] = useState('');
  const [active, setActive] = useState<string | null>(asked);
  const [shown, setShown] = useState<string | null>(asked);
  const groups = useMemo(() => findMethods(ABOUTS, query), [query]);
  const found = groups.flatMap(({ methods }) => methods);
  // A desk always shows a card: that of the row the keys are at, as long as the search finds it.
  const current = phone ? shown : ((found.find(({ id }) => id === shown) ?? found[0])?.id ?? null);
  const about = ABOUTS.find(({ id }) => id === current);
  useEffect(() => {
    if (asked === null) return;
    document.querySelector(`.mlist [data-method="${CSS.escape(asked)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [asked]);
  const show = (id: string) => {
    setActive(id);
    setShown(id);
  };
  const words = query.trim() === '' ? plural(ABOUTS.length, 'method') : `${found.length} of ${plural(ABOUTS.length, 'method')}`;
  const list = (
    <div className="mlist">
      <div className="find">
        <TextInput
          data-autofocus
          aria-label="Search methods"
          placeholder="Search names, ideas and papers"
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' || found.length === 0) return;
            event.preventDefault();
            show(found[0].id);
            document.querySelector<HTMLElement>(`.mlist [data-method="${CSS.escape(found[0].id)}"] .pick`)?.focus();
          }}
        />
        <p className="help">
          <span aria-live="polite">{words}</span>, {chosen.length} used{locked ? `. ${chooses ? 'Locked while training' : LOCKED_WHY}.` : ''}
        </p>
      </div>
      <div className="scroll">
        {found.length > 0 ? (
          <MethodList
            groups={groups}
            facts={facts}
            active={active}
            current={current}
            locked={locked}
            only={chosen.length === 1 ? chosen[0].id : null}
            onActive={(id) => (phone ? setActive(id) : show(id))}
            onShow={show}
          />
        ) : (
          <div className="nothing">
            <p>No method has “{query.trim()}” in its name, idea or paper.</p>
            <button type="button" className="btn" onClick={() => setQuery('')}>
              Show all methods
            </button>
          </div>
        )}
      </div>
    </div>
  );
  const pane = about && (
    <div className="mpane" key={current}>
      {phone && (
        <button type="button" className="btn quiet back" onClick={() => setShown(null)}>
          <Icon name="left" small />
          All methods
        </button>
      )}
      <MethodCard about={about} facts={facts} locked={locked} />
    </div>
  );
  if (phone) return <div className="mbrowse">{about ? pane : list}</div>;
  return (
    <div className="mbrowse">
      {list}
      {pane}
    </div>
  );
}

/** The dialog behind "Add a method" and behind every method's name. */
export function MethodsDialog() {
  const { open, id, close } = useMethodCard();
  return (
    <Dialog opened={open} onClose={close} title="Methods" size={1080} padding={0} className="mdialog" classNames={{ header: 'mhead', body: 'mbody' }}>
      <Browser key={id} asked={id} />
    </Dialog>
  );
}
