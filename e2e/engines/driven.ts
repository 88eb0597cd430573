/** A browser that Playwright does not drive, through the few things that a journey does with it. */

export interface Driven {
  /** As the browser names itself: 'firefox/153.8.0'. */
  readonly version: string;
  /** The folder that takes what the page saves. */
  readonly downloads: string;
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /**
   * Runs a function in the page and gives what it answers, as JSON; the function sees its arguments alone.
   */
  ask<Answer, Words extends unknown[]>(task: (...words: Words) => Answer | Promise<Answer>, ...words: Words): Promise<Answer>;
  /** Presses the first element that XPath finds, where a person would. */
  press(xpath: string): Promise<void>;
  /** Gives the file input that XPath finds a file of the disk. */
  choose(xpath: string, file: string): Promise<void>;
  /** A picture of what is on the screen, as PNG. */
  picture(): Promise<Buffer>;
  /**
   * What went wrong in the page since it was opened: console errors, uncaught errors, refused by its policy.
   */
  problems(): Promise<string[]>;
  close(): Promise<void>;
}
