import type { LevelsRoom } from '../levels/room';
import type { LevelMapStep, LevelsApi } from '../levels/types';
import type { Run } from '../training/run';
import { LateRoom } from './late-room';
import { refusing } from './refusing';

/** The calls of the Levels room, whose code is loaded with the first of them. */
export class LevelsCalls {
  readonly #room: LateRoom<LevelsRoom>;

  /**
   * @param finishedRun the run with results; throws where there is none
   * @param send hears how far a map is
   */
  constructor(finishedRun: () => Run, send: (step: LevelMapStep) => void) {
    this.#room = new LateRoom(async () => new (await import('../levels/room')).LevelsRoom(finishedRun, send));
  }

  #asking<T>(work: (room: LevelsRoom) => T | Promise<T>): Promise<T> {
    return refusing(async () => work(await this.#room.open()));
  }

  readonly calls: LevelsApi = {
    levelsOverview: () => this.#asking((room) => room.overview()),
    levelsTable: (of) => this.#asking((room) => room.table(of)),
    levelsSearch: (query) => this.#asking((room) => room.search(query)),
    levelsMap: (request) => this.#asking((room) => room.map(request)),
    levelsCancelMap: (job) => this.#room.ifOpen((room) => room.cancelMap(job)),
    levelsNeighbours: (request) => this.#asking((room) => room.neighbours(request)),
    levelsCard: (of) => this.#asking((room) => room.card(of)),
    levelsCompare: (request) => this.#asking((room) => room.compare(request)),
    levelsKeep: (of) => this.#asking((room) => room.keep(of)),
    levelsKept: () => this.#asking((room) => room.kept()),
    levelsForget: (id) => this.#asking((room) => room.forget(id)),
    levelsColour: (of) => this.#asking((room) => room.colour(of)),
    levelsHistory: (request) => this.#asking((room) => room.history(request)),
    epochOverview: () => this.#asking((room) => room.epochs()),
    epochFrame: (request) => this.#asking((room) => room.epoch(request)),
    levelsExport: (request) => this.#asking((room) => room.files(request)),
    levelsClose: async () => this.close(),
  };

  /** Frees what the room holds besides vectors kept for comparisons, and ends a map in progress. */
  close(): void {
    this.#room.ifOpen((room) => room.close());
  }
}
