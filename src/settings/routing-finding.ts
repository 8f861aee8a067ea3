/** What checks of a routing file have to say. */
import type { Target } from '../core/model/service.ts';

/** Something wrong (`fault`), or that may be meant and is told (`warning`), at a path of the routing file. */
export interface Finding {
  readonly level: 'fault' | 'warning';
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly cure: string;
}

export const finding = (level: Finding['level'], path: Finding['path'], message: string, cure: string): Finding => ({
  level,
  path,
  message,
  cure,
});

/** People count from 1, and YAML paths from 0: both are said. */
export const stepName = (index: number): string => `step ${index + 1} (steps[${index}])`;

/** A way out of a service, and where it is written. */
export interface WayOut {
  readonly from: string;
  readonly to: Target;
  readonly path: readonly (string | number)[];
}
