/**
 * Hears the failure of a worker that this one has started. It ends here: an error that is left alone goes on
 * to the page, where it counts as one of the engine, though the engine does without.
 */
export function onWorkerFailure(worker: Worker, failed: (reason: string) => void): void {
  worker.onerror = (event) => {
    event.preventDefault();
    failed(event.message || 'its script does not load');
  };
}
