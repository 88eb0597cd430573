/**
 * `npm start`: installs what is missing, builds when the sources are newer, serves dist/ and prints the URL.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, installPackages, ROOT, requireNode } from './setup.mjs';

requireNode();
installPackages();
build();

const server = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/serve.ts')], { cwd: ROOT, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 1)));
