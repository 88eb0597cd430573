/**
 * The panels and rooms of the page that a teacher's link or a step of a lesson may show alone. One list for
 * the dialog, the links, the lessons and the page; an id stays for ever, because links carry it. A room
 * stands for all of its panels.
 */
export const PANELS = [
  { id: 'diagram', name: 'How it works' },
  { id: 'epochs', name: 'Epoch slider' },
  { id: 'lanes', name: 'Progress of each method' },
  { id: 'validation-loss', name: 'Validation loss' },
  { id: 'parameters', name: 'Parameters' },
  { id: 'level-vectors', name: 'Level embeddings' },
  { id: 'predictions', name: 'Predicted against actual' },
  { id: 'shrinkage', name: 'Shrinkage by level count' },
  { id: 'posteriors', name: 'Level posteriors' },
  { id: 'results', name: 'Results' },
  { id: 'estimates', name: 'Estimates' },
  { id: 'level-shares', name: 'R² without and with levels' },
  { id: 'mixed-model', name: 'Mixed model: tests, intervals, levels' },
  { id: 'survival', name: 'Survival curves' },
  { id: 'variogram', name: 'Variogram of places' },
  { id: 'error-by-rows', name: 'Error by rows of the level' },
  { id: 'learning-curve', name: 'Learning curve over rows' },
  { id: 'check', name: 'Check: residuals and calibration' },
  { id: 'levels', name: 'Levels: list, map and cards' },
  { id: 'tag-effects', name: 'Effects of tags' },
  { id: 'tag-errors', name: 'Error by number of tags' },
  { id: 'tag-tree', name: 'Hierarchy of tags' },
  { id: 'tag-attention', name: 'Attention of a row' },
  { id: 'series', name: 'Series: windows and forecasts' },
  { id: 'studies', name: 'Repetitions' },
] as const;

export type PanelId = (typeof PANELS)[number]['id'];

export const PANEL_IDS = PANELS.map(({ id }) => id) as [PanelId, ...PanelId[]];
