import { Component, type ComponentType, type FunctionComponent, type ReactNode, useEffect, useReducer } from 'react';
import { firstPicture } from '../state/first-picture';
import { useNotice } from '../state/notice';
import { Icon } from './icons';

/** What stands where a part is not there: `stopped`, its message, where its code came and then failed. */
const NOT_LOADED = 'A part of this page could not be loaded.';
const WHY = 'The network is away, or the lab has a newer version by now. What is on the page stays.';
const STOPPED = 'A part of this page stopped working.';

function Missing({ stopped, again }: { stopped: string | null; again: () => void }) {
  return (
    <div className="status is-bad is-missing" role="alert">
      <Icon name="warn" />
      <span className="words">
        <b>{stopped === null ? NOT_LOADED : STOPPED}</b>{' '}
        {stopped === null ? WHY : `This is a fault of the lab, not of your data; the rest of the page goes on (${stopped}).`} Reload the page when
        your results are saved.
      </span>
      <span className="acts">
        <button type="button" className="btn quiet" onClick={again}>
          Try again
        </button>
        <button type="button" className="btn quiet" onClick={() => location.reload()}>
          Reload
        </button>
      </span>
    </div>
  );
}

/** Keeps what a part throws away from the page around it. */
class Fence extends Component<{ children: ReactNode }, { stopped: string | null }> {
  override state: { stopped: string | null } = { stopped: null };

  static getDerivedStateFromError(thrown: unknown): { stopped: string } {
    return { stopped: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    const { stopped } = this.state;
    return stopped === null ? this.props.children : <Missing stopped={stopped} again={() => this.setState({ stopped: null })} />;
  }
}

interface Later extends FunctionComponent {
  load(): Promise<void>;
}

/**
 * A component without props whose code comes after the first picture: `meanwhile` until then. Where it does
 * not come (a new version is on the server, the network is away), or fails, the rest of the page stays as it
 * is and a line in its place says so and offers another try; a part that is `behind` the page, like a dialog,
 * says so above the results. It may use Mantine, which is not in what the page is first seen with. It is
 * asked for when the component is mounted, by `load`, and again when the network is back. Not `Suspense`,
 * which lets what comes soon after a first paint wait for 300 ms.
 */
export function later(source: () => Promise<ComponentType>, meanwhile: ReactNode = null, behind = false): Later {
  let Loaded: ComponentType | null = null;
  let Around: ComponentType<{ children: ReactNode }> | null = null;
  let failed = false;
  let asking: Promise<void> | null = null;
  const load = (): Promise<void> => {
    asking ??= firstPicture()
      .then(() => Promise.all([source(), import('./mantine')]))
      .then(
        ([component, { Mantine }]) => {
          Loaded = component;
          Around = Mantine;
          failed = false;
        },
        () => {
          failed = true;
          asking = null;
        },
      );
    return asking;
  };
  function Later(): ReactNode {
    const [, settle] = useReducer((times: number) => times + 1, 0);
    useEffect(() => {
      let mounted = true;
      const ask = async (): Promise<void> => {
        await load();
        if (!mounted) return;
        settle();
        if (failed && behind)
          useNotice.getState().show({ code: 'part-missing', message: NOT_LOADED, hint: `${WHY} Reload it when your results are saved.` });
      };
      void ask();
      const back = () => void (failed && ask());
      addEventListener('online', back);
      return () => {
        mounted = false;
        removeEventListener('online', back);
      };
    }, []);
    if (failed) return behind ? null : <Missing stopped={null} again={() => void load().then(settle)} />;
    return Loaded && Around ? (
      <Fence>
        <Around>
          <Loaded />
        </Around>
      </Fence>
    ) : (
      meanwhile
    );
  }
  return Object.assign(Later, { load });
}
