/** A real FreeSWITCH on this machine, where there is one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What tests and the demo say where the machine has none. */
export const NO_FREESWITCH =
  'no FreeSWITCH here: put freeswitch on PATH or its path in $IPNT_FREESWITCH (any 1.10 with mod_callcenter)';

/** The program: `$IPNT_FREESWITCH`, else `freeswitch` on PATH. Debian has no package of it, so it is nowhere else to be had. */
export function findFreeswitch(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['IPNT_FREESWITCH'];
  if (named) return named;
  const places = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'freeswitch'));
  return places.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
