import { describe, expect, it } from 'vitest';
import { agentNamed } from '../../../src/cli/commands/agent.ts';
import { addressOf } from '../../../src/core/model/agent.ts';
import { ipnt } from './run-cli.ts';

const AGENTS = ['berlin/PJSIP/1001', 'berlin/PJSIP/1002', 'paris/PJSIP/1001', 'paris/user@pbx'].map((agentId) => {
  const [siteId = '', ...rest] = agentId.split('/');
  const name = rest.join('/');
  return { agentId, siteId, name, address: addressOf(name) };
});

describe('an agent is named', () => {
  it.each([
    ['berlin/PJSIP/1001', 'berlin/PJSIP/1001'],
    ['berlin/1001', 'berlin/PJSIP/1001'],
    ['1002', 'berlin/PJSIP/1002'],
    ['PJSIP/1002', 'berlin/PJSIP/1002'],
    ['paris/user@pbx', 'paris/user@pbx'],
  ])('%s: %s', (wanted, agentId) => {
    expect(agentNamed(AGENTS, wanted).agentId).toBe(agentId);
  });

  it.each([
    ['1001', '"1001" is more than one: berlin/PJSIP/1001, paris/PJSIP/1001'],
    ['PARIS', 'no site has shown an agent "PARIS"; there are paris/PJSIP/1001, paris/user@pbx'],
    ['rome/1001', 'no site has shown an agent "rome/1001"'],
    ['', 'no site has shown an agent ""; there are'],
  ])('%s is not taken for anybody', (wanted, message) => {
    expect(() => agentNamed(AGENTS, wanted)).toThrow(message);
  });
});

describe('what is wrong with the words is told before a database is opened', () => {
  it.each([
    [['agent', 'fire', 'x'], /"fire" is none of pause, resume, login, logout/],
    [['agent', 'resume', 'x', '--reason', 'tea'], /a reason goes with pause alone/],
    [['agent', 'pause', 'x', '--reason', 'tea\r\nAction: Originate'], /without control characters/],
    [['agent', 'login', 'x', '--queue', 'a\0b'], /without control characters/],
    [['agent', 'pause', 'x', '--reason', 'x'.repeat(80)], /longer than 79/],
    [['agent', 'pause'], /missing required argument 'agent'/],
  ])('%j', async (args, said) => {
    const { code, err } = await ipnt(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
  });
});
