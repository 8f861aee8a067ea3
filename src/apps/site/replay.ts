export { replayPath } from './run.ts';
export type { Replayed } from './run.ts';
