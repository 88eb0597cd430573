import { useExports } from '../state/exports';
import { ExportDialog } from './export-dialog';
import { ModelDialog } from './model-dialog';

/** The dialog that is open. */
export function ExportDialogs() {
  const dialog = useExports((state) => state.dialog);
  return dialog === 'export' ? <ExportDialog /> : dialog === 'model' ? <ModelDialog /> : null;
}
