import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useOpening } from '../state/opening';
import { useHelp } from '../ui/help';
import { MathText } from '../ui/math-text';
import { formsOf, GLOSSARY } from '../words/glossary';
import { SHORTCUT_WORDS } from './shortcut-keys';
import './help.css';

/** Every term of the page, by subject; what is typed is looked for in terms and texts. */
function Terms() {
  const [query, setQuery] = useState('');
  const asked = query.trim().toLowerCase();
  const found = GLOSSARY.map(({ title, entries }) => ({
    title,
    entries: entries.filter((entry) => asked === '' || [...formsOf(entry), entry.text].some((words) => words.toLowerCase().includes(asked))),
  })).filter(({ entries }) => entries.length > 0);
  return (
    <>
      <TextInput
        aria-label="Search terms"
        placeholder="Search terms"
        value={query}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {found.map(({ title, entries }) => (
        <section key={title} aria-label={`Terms: ${title}`}>
          <h4>{title}</h4>
          <dl className="terms">
            {entries.map(({ term, text }) => (
              <div key={term}>
                <dt>
                  <MathText>{term}</MathText>
                </dt>
                <dd>
                  <MathText>{text}</MathText>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {found.length === 0 && <p className="help">No term has “{query.trim()}” in its name or its text.</p>}
    </>
  );
}

function Keys() {
  return (
    <>
      <dl className="keys">
        {Object.entries(SHORTCUT_WORDS).map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd className="kbd" key={key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="help">
        Tab reaches every control; Space and Enter press it. Shortcuts are off while you type. On a Mac, Command does what Ctrl does.
      </p>
    </>
  );
}

/** What the lab is about, its keys and its terms. */
export function HelpDialog() {
  const { open, set } = useHelp();
  const opening = useOpening();
  return (
    <Modal
      opened={open}
      onClose={() => set(false)}
      title="Help"
      size={720}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ content: 'dialog help-dialog', title: 'dialog-title' }}
    >
      <p>
        A categorical column with thousands of levels, such as users or shops, has few rows for each. Methods differ in how they turn a level into
        numbers. Here they train side by side on the same rows, and you see which of them hold on other rows and which only memorise.
      </p>
      {!opening.shown && (
        <p>
          <button
            type="button"
            className="btn"
            onClick={() => {
              opening.reopen();
              set(false);
              scrollTo(0, 0);
            }}
          >
            Show the first steps again
          </button>
        </p>
      )}
      <div className="of-keys">
        <h3>Keys</h3>
        <Keys />
      </div>
      <h3>Terms</h3>
      <Terms />
    </Modal>
  );
}
