// A recorded step: a list of instructions over arrays of float32 in the imported memory, where
// ../arena.ts put them. Whole numbers and truth values are float32 too. Instructions that are worth it are
// done in parts, which several threads take; what a part leaves hangs neither on who does it nor on how many
// parts there are.
import { endOffers, lead, takeParts } from '../../wasm/assembly/parts';
import { attention, attentionGradient } from './attention';
import { elementwise } from './elementwise';
import { OFFER, Operation, State, STATE } from './instructions';
import { copy, gather, segments, transpose, word } from './moves';
import { products } from './product';
import { reduce } from './reduce';
import { entmax, softmax } from './rows';
import { setThread, thread } from './thread';
import { adam, draw } from './update';

/** Takes the number of this thread, 0 being the host's. */
export function init(number: i32): void {
  setThread(number);
}

/** The instructions that the host has named, or, on other threads than the first, help with them. */
export function work(): void {
  if (ASC_FEATURE_THREADS) {
    if (thread > 0) {
      takeParts(OFFER, thread, (_, i, parts) => {
        instruction(word(STATE, State.NOW), i, parts);
      });
      return;
    }
  }
  const to: usize = word(STATE, State.TO),
    threads = word(STATE, State.THREADS);
  let at: usize = word(STATE, State.FROM);
  while (at < to) {
    const parts: i32 = load<u16>(at, 2);
    if (threads > 1 && parts > 1) {
      if (ASC_FEATURE_THREADS) {
        store<i32>(STATE + State.NOW * 4, at);
        lead(OFFER, 1, parts, threads, load<f32>(STATE + State.PATIENCE * 4), (_, i, parts) => {
          instruction(word(STATE, State.NOW), i, parts);
        });
      }
    } else instruction(at, 0, 1);
    at += load<i32>(at, 4);
  }
  if (ASC_FEATURE_THREADS) if (threads > 1) endOffers(OFFER, threads);
}

/** Part `part` of so many of the instruction at these bytes. */
function instruction(at: usize, part: i32, parts: i32): void {
  switch (<i32>load<u16>(at)) {
    case Operation.ELEMENTWISE:
      elementwise(at, part, parts);
      break;
    case Operation.COPY:
      copy(at, part, parts);
      break;
    case Operation.TRANSPOSE:
      transpose(at, part, parts);
      break;
    case Operation.REDUCE:
      reduce(at, part, parts);
      break;
    case Operation.PRODUCT:
      products(at, part, parts);
      break;
    case Operation.GATHER:
      gather(at, part, parts);
      break;
    case Operation.SEGMENTS:
      segments(at, part, parts);
      break;
    case Operation.SOFTMAX:
      softmax(at, part, parts);
      break;
    case Operation.ATTENTION:
      attention(at, part, parts);
      break;
    case Operation.ATTENTION_GRADIENT:
      attentionGradient(at, part, parts);
      break;
    case Operation.ENTMAX:
      entmax(at, part, parts);
      break;
    case Operation.DRAW:
      draw(at, part, parts);
      break;
    case Operation.ADAM:
      adam(at, part, parts);
      break;
    default:
      unreachable();
  }
}
