/**
 * The controls of the page that a teacher's link may lock or hide and that a lesson allows step by step. One
 * list for the dialog, the links, the lessons and the page; an id stays for ever, because links carry it.
 */
export const CONTROLS = [
  { id: 'data', name: 'Kind of data', place: 'Data' },
  { id: 'own-table', name: 'Opening a table of one’s own', place: 'Data' },
  { id: 'levels', name: 'Number of levels q', place: 'Data' },
  { id: 'preset', name: 'Published experiment', place: 'Data' },
  { id: 'simulator', name: 'Settings of the simulator', place: 'Data' },
  { id: 'division', name: 'How rows are divided', place: 'Data' },
  { id: 'methods', name: 'Which methods train', place: 'Methods' },
  { id: 'method-settings', name: 'Settings of methods', place: 'Methods' },
  { id: 'protocol', name: 'Protocol', place: 'Training' },
  { id: 'training', name: 'Batches, epochs, patience', place: 'Training' },
  { id: 'draw-past-stop', name: 'Drawing past the stop', place: 'Training' },
  { id: 'seeds', name: 'Seeds', place: 'Training' },
  { id: 'advanced', name: 'Advanced settings of training', place: 'Training' },
  { id: 'history', name: 'Undo and redo', place: 'Settings' },
  { id: 'train', name: 'Train, pause and resume', place: 'Run' },
  { id: 'one-epoch', name: 'One epoch', place: 'Run' },
  { id: 'stop', name: 'Stop', place: 'Run' },
  { id: 'reset', name: 'Reset', place: 'Run' },
  { id: 'repeat', name: 'Repeat with other seeds', place: 'Run' },
  { id: 'speed', name: 'Speed', place: 'Run' },
  { id: 'loss-kind', name: 'Predictive or objective loss', place: 'Charts' },
  { id: 'loss-scale', name: 'Linear or log scale of the loss', place: 'Charts' },
  { id: 'training-curve', name: 'Training curve', place: 'Charts' },
  { id: 'chart-choices', name: 'Method, feature and measure of a chart', place: 'Charts' },
  { id: 'downloads', name: 'Tables and downloads of charts', place: 'Charts' },
  { id: 'share', name: 'Share', place: 'Page' },
] as const;

export type ControlId = (typeof CONTROLS)[number]['id'];

export const CONTROL_IDS = CONTROLS.map(({ id }) => id) as [ControlId, ...ControlId[]];
