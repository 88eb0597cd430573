import { expect, it } from 'vitest';
import { volatileAddress } from './stay-volatile';

const HERE = { origin: 'https://lab.example', pathname: '/lab/' };

it('pages of the lab stay volatile, links out of it are as they are', () => {
  const to = (href: string) => volatileAddress(href, HERE);
  expect(to('https://lab.example/lab/?lessons')).toBe('https://lab.example/lab/?lessons&volatile');
  expect(to('https://lab.example/lab/?lesson=shrinkage#v=a_b-c')).toBe('https://lab.example/lab/?lesson=shrinkage&volatile#v=a_b-c');
  expect(to('https://lab.example/lab/')).toBe('https://lab.example/lab/?volatile');
  expect(to('https://lab.example/lab/?volatile#s=x')).toBeNull();
  expect(to('https://lab.example/other/?lessons')).toBeNull();
  expect(to('https://doi.org/10.1000/x')).toBeNull();
  expect(to('')).toBeNull();
});
