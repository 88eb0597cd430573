import type { Download } from '../../workers/protocol';

/** Hands a file to the browser's downloads. Nothing leaves it. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The click has been handed over by the next task; some browsers read the URL only then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file made in the worker. */
export function saveDownload(download: Download, type = 'text/csv;charset=utf-8'): void {
  saveBlob(download.name, new Blob([download.bytes as BlobPart], { type }));
}
