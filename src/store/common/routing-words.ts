import type { ServiceOverride } from '../../core/model/routing.ts';

/** What a version of the routing did, for its history. */
/** `closed support: fire alarm` */
export const overrideText = (service: string, override: Omit<ServiceOverride, 'atMs'> | null): string =>
  override === null
    ? `${service} follows its calendar again`
    : `${override.state === 'closed' ? 'closed' : 'opened'} ${service}${override.why && `: ${override.why}`}`;

export const rolledBackText = (version: number): string => `rolled back to ${version}`;

export const importedText = (agents: number): string =>
  agents === 1 ? 'imported 1 agent' : `imported ${agents} agents`;
