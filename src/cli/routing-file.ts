import { readText } from '../settings/index.ts';
import { withCure } from './cured.ts';

/** The text of a routing file that a person named. */
export const routingFile = (file: string): string =>
  withCure('name a routing file that this user can read (config/routing.example.yaml shows one)', () =>
    readText(file, 'ROUTING_INVALID'),
  );
