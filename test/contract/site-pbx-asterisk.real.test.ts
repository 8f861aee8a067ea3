import { AsteriskAmi } from '../../src/pbx/asterisk-ami/adapter.ts';
import { AsteriskAriSite } from '../../src/pbx/asterisk-ari/site.ts';
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

sitePbxContract('Asterisk over ARI, read-only', () =>
  openAsteriskWorld({
    queue: null,
    port: ({ http }) => http,
    newPbx: ({ credentials }, at) => {
      const { ariReader: user, ariPassword: password } = credentials;
      const rule = { agents: [], trunks: ['PJSIP/edge', 'PJSIP/callers'] };
      const url = `http://${at.host}:${at.port}`;
      return new AsteriskAriSite({ url, user, password, ...rule, clock: systemClock, log: noLog });
    },
    pause: async (_, phone) => void (await phone.call('*621').ended),
    resume: async (_, phone) => void (await phone.call('*61').ended),
  }),
);
