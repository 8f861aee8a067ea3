export { recordSite } from './run.ts';
export type { RecordOptions } from './run.ts';
