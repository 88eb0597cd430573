import type { Download } from '../../workers/protocol';

/** Hands a download to the browser. Nothing leaves it. */
export function saveDownload(download: Download, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([download.bytes as BlobPart], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = download.name;
  anchor.click();
  // The click has been handed over by the next task; some browsers read the URL only then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
