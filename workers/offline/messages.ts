/** What a page asks of the service worker, over a port that takes the reply. */
export type OfflineRequest =
  /** Of one that waits: take over, if no other page of the lab is open. */
  | { type: 'use' }
  /**
   * Of a new one: serve this page too, if its script is of the same version. `entry`: that script's address.
   */
  | { type: 'claim'; entry: string };

export interface OfflineReply {
  /** Other pages of the lab that are open, for which a version waits. */
  others: number;
}
