export { replayPath } from './run.ts';
export type { Replayed } from './transcripts.ts';
