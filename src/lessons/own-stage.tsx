import type { Lesson } from '../../workers/spec/lessons/schema';
import { DropZone } from '../setup/drop-zone';
import { MathText } from '../ui/math-text';

/** What was learned, used on a table of one's own. */
export function OwnStage({ lesson }: { lesson: Lesson }) {
  return (
    <>
      <p>
        <MathText>{lesson.transfer}</MathText>
      </p>
      <DropZone />
      <p className="help">The whole lab is open now: its settings stand below the lesson.</p>
    </>
  );
}
