import { isOwnTable } from '../../workers/spec/division';
import { aboutMethod } from '../../workers/spec/methods';
import { methodsOf } from '../results/model';
import { plural } from '../ui/format';
import { labelOf } from '../ui/method-line';
import { divergedSentence } from '../words/stop';
import { type Block, type Section, table, text } from './document';
import type { ReportInput } from './input';

/** Test rows below which differences are mostly noise. */
const FEW_ROWS = 100;

/** What a reader has to know before believing the numbers. */
export function caveatsSection({ run, refused }: ReportInput): Section {
  const { summary, spec, lanes, results, status } = run;
  const diverged = lanes.filter((lane) => lane.status === 'diverged');
  const simplest = Object.keys(results).length < 2;
  const items = [
    ...(summary.warnings ?? []).map(({ message }) => message),
    ...refused.map(({ label, sentence }) => `${label} was left out. ${sentence}`),
    ...diverged.map(({ method, stopReason, stopEpoch, epoch, outOfMemory }) =>
      outOfMemory
        ? `${labelOf(method)}: ${stopReason ?? 'there was too little memory.'}`
        : `${labelOf(method)}: ${divergedSentence({ reason: stopReason, epoch: stopEpoch ?? epoch })}`,
    ),
    ...(status === 'stopped' ? ['The run was stopped by hand: methods may not have been at their best.'] : []),
    ...(Object.values(results).some(({ leaks }) => leaks)
      ? ['A method here shows its answers what it was asked for, to teach with; it is compared with no other.']
      : []),
    ...(summary.testRows < FEW_ROWS
      ? [
          `There ${summary.testRows === 1 ? 'is' : 'are'} ${plural(summary.testRows, 'test row')}: small differences between methods are mostly noise.`,
        ]
      : []),
    ...(simplest
      ? []
      : [
          'These are scores of one division of the rows and one set of seeds. Repetitions or folds (Repeat on the page, --folds on the command line) say how far they move.',
        ]),
    ...('sample' in spec.dataset && spec.dataset.sample ? ['The methods saw a sample of the table, not all of it.'] : []),
    'The standard error of a score takes the rows as independent; where the rows of a level move together, it is too small. Comparisons of methods take the larger of that and the one by level.',
  ];
  return { id: 'caveats', title: 'Caveats', blocks: [{ kind: 'list', items }] };
}

/** The address and the command that repeat the run, and what computed it. */
export function repeatSection({ run, address, hash, engine, versions, made }: ReportInput): Section {
  const { spec } = run;
  const file = isOwnTable(spec.dataset) ? spec.dataset.name : null;
  const blocks: Block[] = [];
  if (address !== null) {
    blocks.push(...text('This address opens the lab with these data, methods, settings and seeds; press Train there.'), {
      kind: 'code',
      text: address,
      address: true,
    });
  } else {
    blocks.push(...text('At the end of the lab’s address this opens these data, methods, settings and seeds; press Train there.'), {
      kind: 'code',
      text: hash,
      address: false,
    });
  }
  if (file !== null) blocks.push(...text('The file itself is no part of it: the lab asks for it, and knows it by its fingerprint.'));
  blocks.push(
    ...text('On the command line, in a folder of the lab:'),
    { kind: 'code', text: `npm run fit -- --spec '${hash}'${file === null ? '' : ' FILE'}`, address: false },
    ...text('The same seeds give the same numbers, digit for digit, on one machine with as many threads.'),
    ...table('versions', {
      caption: 'What computed it.',
      columns: ['What', 'Version'],
      rows: [
        ...versions.map(([name, version]) => [name, version]),
        ...(engine
          ? [
              ['Engine', `${engine.backend} (${engine.detail})`],
              ['Why this engine', engine.why],
            ]
          : []),
        ['Report made', made],
        [
          'Methods',
          methodsOf(spec)
            .map((method) => aboutMethod(method).label)
            .join(', '),
        ],
      ],
    }),
  );
  return { id: 'repeat', title: 'To repeat it', blocks };
}
