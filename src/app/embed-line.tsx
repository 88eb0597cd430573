import './embed.css';
import type { EngineInfo } from '../../workers/protocol';
import { labOf } from '../state/embed';
import { useEngine } from '../state/engine';
import { Icon } from '../ui/icons';

/** What computes in a frame, and why it may be slower there than in a window. */
export function frameEngineWords(info: Pick<EngineInfo, 'backend' | 'threads'>, isolated: boolean): string {
  if (info.backend === 'webgpu') return 'WebGPU';
  if (info.backend === 'cpu') return 'Plain JavaScript';
  if (info.threads > 1) return `WebAssembly, ${info.threads} threads`;
  return isolated ? 'WebAssembly, one thread' : 'WebAssembly, one thread: the page around this frame gives it no more';
}

/**
 * Under the embed view: whose page it is, what computes, and the way to the whole lab with the same settings.
 */
export function EmbedLine() {
  const info = useEngine((state) => state.info);
  return (
    <footer className="embed-line">
      <span>MMbeddings Lab{info && `. ${frameEngineWords(info, crossOriginIsolated)}`}.</span>
      <a
        className="btn quiet"
        href={labOf(location)}
        target="_blank"
        rel="noopener"
        // The hash follows the settings, and no render follows the hash.
        onClick={(event) => {
          event.currentTarget.href = labOf(location);
        }}
      >
        Open in the lab
        <Icon name="right" small />
      </a>
    </footer>
  );
}
