import { describe, expect, it } from 'vitest';
import { ipnt } from './run-cli.ts';

describe('what is wrong with the words is told before a database is opened', () => {
  it.each([
    [['user', 'fire', 'x'], /"fire" is none of list, add/],
    [['user', 'add'], /name him: ipnt user add NAME/],
    [['user', 'add', 'a b', '--role', 'admin'], /"a b" is no user name/],
    [['user', 'add', 'anna'], /say what he may do: --role/],
    [['user', 'add', 'anna', '--role', 'god'], /Allowed choices are viewer, agent, supervisor, admin/],
    [['user', 'add', 'anna', '--role', 'admin', '--sites', 'a,,b'], /commas between them/],
    [['user', 'add', 'anna', '--role', 'admin', '--generate', '--password-stdin'], /give one of/],
    [['user', 'change', 'anna'], /say what changes/],
    [['user', 'disable', 'anna', '--role', 'admin'], /go with add and change/],
    [['user', 'remove', 'anna', '--generate'], /go with add and password/],
    [['user', 'add', 'anna', '--role', 'admin'], /no terminal on which to ask[^]*cure: {2}give it on standard input/],
    [['user', 'add', 'anna', '--role', 'supervisor'], /say what a supervisor may change: --sites and --services/],
    [['token', 'add', 'crm', '--role', 'supervisor'], /say what a supervisor may change/],
    [['token', 'add', 'grafana'], /say what it may do: --role/],
    [['token', 'add', 'grafana', '--role', 'viewer', '--days', '0'], /days from 1 to 36500/],
    [['token', 'remove'], /name it: ipnt token remove NAME/],
    [['audit', '--limit', 'x'], /a number from 1 to 10000/],
    [['figures', '--day', '2026-02-30'], /"2026-02-30" is no day/],
  ])('%j', async (args, said) => {
    const { code, err } = await ipnt(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
    expect(err).not.toContain('dialplan');
  });
});
