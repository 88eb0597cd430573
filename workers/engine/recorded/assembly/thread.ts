// The number of this thread: what threads work with apart from each other lies one after the other by it.

export let thread: i32 = 0;

export function setThread(number: i32): void {
  thread = number;
}
