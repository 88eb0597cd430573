import { expect, it } from 'vitest';
import { SESSION_ENDING } from '../../workers/store/session/limits';
import { asOneFile } from './as-one-file';

const file = (name: string): File => new File(['clinic,score\na,1'], name);

it('one file is itself, whatever it is, and several tables are one', async () => {
  for (const name of ['a.csv', 'model.onnx', `run${SESSION_ENDING}`]) {
    const alone = file(name);
    expect(await asOneFile([alone])).toBe(alone);
  }
  expect((await asOneFile([file('b.csv'), file('a.csv')])).name).toBe('a.csv and 1 more file');
});

it('a saved run or model among several files is refused by its name', async () => {
  const renamed = new File(['LMMB'], 'renamed');
  for (const alone of [file(`run${SESSION_ENDING}`), renamed, file('MODEL.ONNX')])
    await expect(asOneFile([file('a.csv'), alone, file('b.csv')])).rejects.toMatchObject({
      code: 'several-kinds',
      message: `${alone.name} is a saved run or model, which opens by itself.`,
    });
});
