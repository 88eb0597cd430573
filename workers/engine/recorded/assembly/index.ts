// A recorded step: a list of instructions over arrays of float32 in the imported memory, where
// ../arena.ts put them. Whole numbers and truth values are float32 too.
import { attention, attentionGradient } from './attention';
import { elementwise } from './elementwise';
import { Operation } from './instructions';
import { copy, gather, segments, transpose } from './moves';
import { products } from './product';
import { reduce } from './reduce';
import { entmax, softmax } from './rows';
import { adam, draw } from './update';

/** Runs the instructions at the bytes from … to. */
export function run(from: usize, to: usize): void {
  while (from < to) {
    const at = from;
    from += load<i32>(at, 4);
    switch (load<i32>(at)) {
      case Operation.ELEMENTWISE:
        elementwise(at);
        break;
      case Operation.COPY:
        copy(at);
        break;
      case Operation.TRANSPOSE:
        transpose(at);
        break;
      case Operation.REDUCE:
        reduce(at);
        break;
      case Operation.PRODUCT:
        products(at);
        break;
      case Operation.GATHER:
        gather(at);
        break;
      case Operation.SEGMENTS:
        segments(at);
        break;
      case Operation.SOFTMAX:
        softmax(at);
        break;
      case Operation.ATTENTION:
        attention(at);
        break;
      case Operation.ATTENTION_GRADIENT:
        attentionGradient(at);
        break;
      case Operation.ENTMAX:
        entmax(at);
        break;
      case Operation.DRAW:
        draw(at);
        break;
      case Operation.ADAM:
        adam(at);
        break;
      default:
        unreachable();
    }
  }
}
