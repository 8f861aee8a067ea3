/** Whom a text in the search of calls means. */
import { expect, it } from 'vitest';
import { agentMeant } from '../../../src/web/parts/agent-meant.ts';
import type { Names } from '../../../src/web/parts/use-titles.ts';

const agents = [
  { id: 'berlin/PJSIP/1001', title: 'Anna' },
  { id: 'berlin/PJSIP/1002', title: 'Annabel' },
  { id: 'lyon/PJSIP/1001', title: 'Denise' },
  { id: 'lyon/Local/1013@from-queue', title: 'Hélène' },
];
const NAMES: Names = {
  ...{ services: [], sites: [], agents, isKnown: true },
  titles: {
    ...{ services: new Map(), sites: new Map([['berlin', 'Berlin']]) },
    agents: new Map(agents.map(({ id, title }) => [id, title])),
  },
};

it.each([
  ['', ''],
  ['lyon/PJSIP/1001', 'lyon/PJSIP/1001'],
  ['gone/PJSIP/9', 'gone/PJSIP/9'],
  ['Denise', 'lyon/PJSIP/1001'],
  [' denise ', 'lyon/PJSIP/1001'],
  ['nis', 'lyon/PJSIP/1001'],
  ['anna', 'berlin/PJSIP/1001'],
  ['Anna (Berlin)', 'berlin/PJSIP/1001'],
  ['annab', 'berlin/PJSIP/1002'],
  ['1002', 'berlin/PJSIP/1002'],
  ['1013', 'lyon/Local/1013@from-queue'],
  ['helene', 'lyon/Local/1013@from-queue'],
])('“%s” is %s', (typed, agentId) => expect(agentMeant(typed, NAMES)).toEqual({ agentId }));

it.each([
  ['nobody', 'No agent is called “nobody”', []],
  ['1001', '2 agents are called “1001”', ['Anna (Berlin)', 'Denise (lyon)']],
  ['ann', '2 agents are called “ann”', ['Anna (Berlin)', 'Annabel (Berlin)']],
])('“%s”: %s', (typed, says, titles) => {
  const meant = agentMeant(typed, NAMES);
  expect(meant).toMatchObject({ says });
  expect('several' in meant ? meant.several.map(({ title }) => title) : null).toEqual(titles);
});

it('without known agents the API is asked as it was typed', () => {
  expect(agentMeant('denise', { ...NAMES, agents: [] })).toEqual({ agentId: 'denise' });
});
