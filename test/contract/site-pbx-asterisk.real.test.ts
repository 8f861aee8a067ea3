import { AsteriskAmi } from '../../src/pbx/asterisk-ami/adapter.ts';
import { AsteriskAriSite } from '../../src/pbx/asterisk-ari/site.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import { openAsteriskWorld } from './asterisk-world.ts';
import { sitePbxContract } from './site-pbx.ts';

sitePbxContract('Asterisk over AMI', () =>
  openAsteriskWorld({
    queue: 'support',
    commands: 'done',
    port: ({ ami }) => ami,
    newPbx: ({ credentials }, at) => {
      const { amiUser: user, amiPassword: password } = credentials;
      return new AsteriskAmi({ host: at.host, port: at.port, user, password, clock: systemClock, log: noLog });
    },
    pause: async (asterisk) => void (await asterisk.cli('queue pause member PJSIP/1001 queue support reason lunch')),
    resume: async (asterisk) => void (await asterisk.cli('queue unpause member PJSIP/1001 queue support')),
  }),
);

sitePbxContract('Asterisk over ARI, as a user who may only read', () =>
  openAsteriskWorld({
    queue: null,
    commands: 'ours',
    port: ({ http }) => http,
    newPbx: ({ credentials }, { host, port }) => {
      const { ariReader: user, ariPassword: password } = credentials;
      const at = { url: `http://${host}:${port}`, user, password, clock: systemClock, log: noLog };
      return new AsteriskAriSite({ ...at, agents: [], trunks: ['PJSIP/edge', 'PJSIP/callers'] });
    },
    pause: async (_asterisk, phone) => void (await phone.call('*621').ended),
    resume: async (_asterisk, phone) => void (await phone.call('*61').ended),
  }),
);
