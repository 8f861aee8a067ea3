/** A role in small, for the test of a log whose reader is gone: logs now and then, and ends by itself with its count of lines. */
import { systemClock } from '../../../src/runtime/clock.ts';
import { openLifecycle } from '../../../src/runtime/lifecycle.ts';
import { openLog } from '../../../src/runtime/log.ts';

const log = openLog({ component: 'chatter', readable: false });
const life = openLifecycle({ log, clock: systemClock });
let lines = 0;
const timer = setInterval(() => {
  log.info('still here');
  lines += 1;
  if (lines < 20 || life.isStopping) return;
  clearInterval(timer);
  process.exit(42);
}, 10);
