import { AsteriskAmi } from '../../src/pbx/asterisk-ami/adapter.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import { openAsteriskWorld } from './asterisk-world.ts';
import { sitePbxContract } from './site-pbx.ts';

sitePbxContract('Asterisk over AMI', () =>
  openAsteriskWorld({
    queue: 'support',
    port: ({ ami }) => ami,
    newPbx: ({ credentials }, at) => {
      const { amiUser: user, amiPassword: password } = credentials;
      return new AsteriskAmi({ host: at.host, port: at.port, user, password, clock: systemClock, log: noLog });
    },
    pause: async (asterisk) => void (await asterisk.cli('queue pause member PJSIP/1001 queue support reason lunch')),
    resume: async (asterisk) => void (await asterisk.cli('queue unpause member PJSIP/1001 queue support')),
  }),
);
