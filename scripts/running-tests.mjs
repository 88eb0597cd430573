import { writeFileSync } from 'node:fs';

/**
 * A reporter of Vitest that keeps a file of what runs: where a run has to be stopped, that file names the
 * test files which had not ended. A loop without an end blocks its process, so no time limit of a test can
 * name it.
 */
export default class RunningTests {
  #running = new Set();

  #write() {
    if (process.env.RUNNING_TESTS) writeFileSync(process.env.RUNNING_TESTS, [...this.#running].join('\n'));
  }

  onTestModuleStart({ relativeModuleId }) {
    this.#running.add(relativeModuleId);
    this.#write();
  }

  onTestModuleEnd({ relativeModuleId }) {
    this.#running.delete(relativeModuleId);
    this.#write();
  }
}
