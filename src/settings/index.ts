export { FaultsError, faultLine } from './faults.ts';
export type { Fault } from './faults.ts';
export { findSettings, loadSettings, readText } from './load.ts';
export { readRouting, routingText } from './routing.ts';
export { Secret } from './secret.ts';
export { readSettings } from './settings.ts';
export type { EdgeSettings, Settings, SettingsRead, SiteSettings } from './settings.ts';
export type { DatabaseSettings } from './database.ts';
