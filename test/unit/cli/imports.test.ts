import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsText, listedAgents } from '../../../src/cli/commands/agents.ts';
import { readProfiles, unknownText } from '../../../src/cli/commands/agents-import.ts';
import { eraseMeant } from '../../../src/apps/common/customers-meant.ts';
import { customerText, readCustomers } from '../../../src/cli/commands/customers.ts';
import { attributesOf, attributesText } from '../../../src/cli/import-file.ts';
import { main } from '../../../src/cli/main.ts';
import type { CallFact } from '../../../src/core/model/call.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { FaultsError, faultLine } from '../../../src/settings/index.ts';
import { openMemoryStore } from '../../../src/store/memory/index.ts';

/** The faults of a file, as a person reads them. */
function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultsError) return error.faults.map(faultLine);
    throw error;
  }
  return [];
}

const customers = (...lines: string[]) => readCustomers(lines.join('\n'), 'c.csv', '49');
const agents = (...lines: string[]) => readProfiles(lines.join('\n'), 'a.csv');

describe('customers of a CSV file', () => {
  it('have numbers in E.164, and attributes from all other columns', () => {
    expect(
      customers(
        'id,name,Numbers,priority,requirement,preferred,tier,region',
        'C1,"Müller, Zoë",030 1234567; +33 1 23456789,5,lang_fr>=3,berlin/PJSIP/1001; Ann,gold,',
        'C2,,,,,,,',
      ),
    ).toEqual([
      {
        ...{ customerId: 'C1', name: 'Müller, Zoë', numbers: ['+49301234567', '+33123456789'], priority: 5 },
        ...{ requirement: 'lang_fr>=3', preferred: ['berlin/PJSIP/1001', 'Ann'], attributes: { tier: 'gold' } },
      },
      {
        ...{ customerId: 'C2', name: '', numbers: [], priority: null },
        ...{ requirement: '', preferred: [], attributes: {} },
      },
    ]);
  });

  it.each([
    ['no id', ['id,name', ',x'], ['c.csv:2:1 id: is missing; give each customer an id of his own']],
    ['an id twice', ['id,name', 'a,x', 'b,x', 'a,y'], ['c.csv:4:1 id: "a" is in line 2 as well; keep one of them']],
    [
      'no number',
      ['id,numbers', 'a,12'],
      ['c.csv:2:3 numbers: "12" is no full telephone number; write it as +4930123456; several with ;'],
    ],
    [
      'a number of two customers',
      ['id,numbers', 'a,0301234567', 'b,+49301234567'],
      ['c.csv:3:3 numbers: +49301234567 is in line 2 as well; a number belongs to one customer'],
    ],
    [
      'a priority that is none',
      ['id,priority', 'a,high'],
      ['c.csv:2:3 priority: "high" is no whole number; write e.g. 5, or nothing for the service\'s'],
    ],
    [
      'a requirement that is none',
      ['id,requirement', 'a,x and'],
      ['c.csv:2:3 requirement: does not parse at character 6: a skill is missing; see README, "Requirements"'],
    ],
    [
      'too few fields',
      ['id,name,tier', 'a,b'],
      [
        'c.csv:2:1: has 2 fields, and the first line has 3; put a field that holds a separator in quotes, and keep empty ones',
      ],
    ],
    [
      'a line end in a name',
      ['id,name', 'a,"x', 'y"'],
      ['c.csv:2:3 name: holds a control character; write it on one line'],
    ],
    [
      'no id column: told once',
      ['name,tier', 'a,b', 'c,d'],
      ['c.csv:1:1: there is no column "id"; begin the file with id,name,numbers,priority,requirement,preferred,tier'],
    ],
    ['a column twice', ['id,tier,tier', 'a,b,c'], ['c.csv:1:9 tier: the column "tier" is there twice; take one away']],
    [
      'a column without a name',
      ['id,', 'a,b'],
      ['c.csv:1:4: a column has no name; name it in the first line, or take it away'],
    ],
    [
      'a column that no requirement can ask for',
      ['id,my tier', 'a,b'],
      ['c.csv:1:4 my tier: "my tier" cannot name an attribute; use letters, digits and _, e.g. tier'],
    ],
    [
      'a slip in a column that is known',
      ['id,name,number', 'a,b,+49301234567'],
      [
        'c.csv:1:9 number: "number" is no column that is known here; did you mean "numbers"? an attribute needs a name that is less like it',
      ],
    ],
    [
      'a quote never closed',
      ['id,name', 'a,"x'],
      ['c.csv:2:3: a quote is opened and never closed; close it with another "'],
    ],
  ])('with %s are refused', (_, lines, faults) => {
    expect(faultsOf(() => customers(...lines))).toEqual(faults);
  });

  it('may have an attribute whose name is like that of a column that is there', () => {
    expect(attributesOf(customers('id,name,age,vip', 'a,b,40,', 'c,d,41,yes'))).toEqual(['age', 'vip']);
  });

  it('tell every fault at once, and a thousand in a hundred lines', () => {
    const broken = Array.from({ length: 1_000 }, (_, i) => `a${i},x`);
    expect(faultsOf(() => customers('id,priority', ',y', 'a,', 'a,'))).toHaveLength(3);
    const told = faultsOf(() => customers('id,priority', ...broken));
    expect([told.length, told.at(-1)]).toEqual([101, 'c.csv:102:6: and 900 more from here on; mend those above first']);
  });
});

describe('agents of a CSV file', () => {
  it('have skills with levels, a wrap-up, and attributes', () => {
    expect(
      agents(
        'agent;title;wrap_up;skills;team',
        'berlin/PJSIP/1001;Zoë;20s;support:8 lang_fr:3 queue:sales:0;gold',
        'paris/SIP/7;;;;',
      ),
    ).toEqual([
      {
        ...{ agentId: 'berlin/PJSIP/1001', title: 'Zoë', wrapUpMs: 20_000 },
        ...{ skills: { support: 8, lang_fr: 3, 'queue:sales': 0 }, attributes: { team: 'gold' } },
      },
      { agentId: 'paris/SIP/7', title: '', wrapUpMs: null, skills: {}, attributes: {} },
    ]);
  });

  it.each([
    ['1001,,', 'agent: "1001" is no agent; write site/device, e.g. berlin/PJSIP/1001'],
    [',,', 'agent: is missing; write site/device, e.g. berlin/PJSIP/1001'],
    ['b/P/1,20,', `wrap_up: "20" is no time up to an hour; write e.g. 20s, or nothing for the service's`],
    ['b/P/1,2h,', `wrap_up: "2h" is no time up to an hour; write e.g. 20s, or nothing for the service's`],
    ['b/P/1,,support', 'skills: "support" is no skill with a level; write e.g. support:8 lang_fr:3'],
    ['b/P/1,,support:11', 'skills: "support:11" is no skill with a level; write e.g. support:8 lang_fr:3'],
    ['b/P/1,,a:1 a:2', 'skills: "a" is there twice; keep one of them'],
  ])('"%s" is refused', (line, fault) => {
    const faults = faultsOf(() => agents('agent,wrap_up,skills', line));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^a\.csv:2:\d+ /);
    expect(faults[0]).toContain(fault);
  });
});

describe('agents with profiles', () => {
  it.each([
    ['agent,titel,skill', ['titel', 'skill'], ['title', 'skills']],
    ['agent,wrapup,Skils', ['wrapup', 'Skils'], ['wrap_up', 'skills']],
  ])('of a file that begins with %s are refused', (header, written, meant) => {
    const faults = faultsOf(() => agents(header, 'b/P/1,,'));
    expect(faults).toHaveLength(written.length);
    for (const [i, fault] of faults.entries()) {
      expect(fault).toContain(`"${written[i]}" is no column`);
      expect(fault).toContain(`did you mean "${meant[i]}"?`);
    }
  });

  const state = (agentId: string) => ({
    ...{ agentId, siteId: 'b', title: agentId, status: 'ready', pauseReason: '', statusSinceMs: 0, activity: 'idle' },
    ...{ activitySinceMs: 0, idleSinceMs: 0, skills: { 'queue:a': 10, 'queue:b': 9 }, reservation: null },
  });

  it('are listed with them', () => {
    const reported = [state('b/P/1'), state('b/P/2')] as unknown as Parameters<typeof listedAgents>[0];
    const profiles = agents('agent,title,skills,team', 'b/P/1,Zoë,lang_fr:3 queue:b:0,gold');
    const text = agentsText(listedAgents(reported, profiles), 1, 'none');
    expect(text).toMatch(/SKILLS +ATTRIBUTES\n/);
    expect(text).toMatch(/b\/P\/1 +Zoë .* queue:a=10 lang_fr=3 +team=gold\n/);
    expect(text).toMatch(/b\/P\/2 +b\/P\/2 .* queue:a=10 queue:b=9 +-\n/);
    expect(agentsText(listedAgents(reported, []), 1, 'none')).not.toContain('ATTRIBUTES');
  });

  it('are told where no site has shown the agent', () => {
    expect(unknownText([], 3)).toBe('');
    expect(unknownText(['b/P/8', 'b/P/9'], 3)).toContain('2 of 3 are agents that no site has shown: b/P/8, b/P/9;');
    expect(unknownText(['b/P/9'], 3)).toContain('1 of 3 is an agent that no site has shown: b/P/9;');
  });
});

describe('customers shown and erased', () => {
  it('show their numbers, and which columns became attributes', () => {
    const [customer] = customers('id,numbers,tier', 'C1,030 1234567;+33123456789,gold');
    expect(customer && customerText(customer, customer.numbers)).toMatch(/\nnumbers +\+49301234567; \+33123456789\n/);
    expect(attributesText(attributesOf(customers('id,tier', 'C1,gold')))).toBe('taken as attributes: tier\n');
    expect(attributesText([])).toBe('');
  });

  it.each([
    ['4930123001', '4930123001', ''],
    ['+4930123001', '4930123001', ''],
    ['004930123001', '4930123001', ''],
    ['030 123001', '4930123001', '49'],
    ['+49 30 123001', '030123001', '49'],
    ['4930123001', '+4930123001', ''],
    ['1001', '1001', '49'],
  ])('%s finds the calls that came as %s, country "%s"', async (typed, ani, country) => {
    const store = openMemoryStore({ nowMs: () => 1_700_000_000_000 } as Clock);
    const fact = { kind: 'arrived', ani, dnis: '1', service: 'sales' } as unknown as CallFact;
    await store.appendCallEvents([{ callId: 'c1', seq: 1, atMs: 1_700_000_000_000, edgeId: 'e', fact } as never]);
    expect(await eraseMeant(store, typed, country)).toEqual({ customers: 0, calls: 1, callbacks: 0 });
    expect(JSON.stringify(await store.callEvents('c1'))).not.toContain(ani);
  });

  it('find the record of a number without its plus', async () => {
    const store = openMemoryStore({ nowMs: () => 1_700_000_000_000 } as Clock);
    await store.importCustomers(customers('id,numbers', 'C1,+4930123001'));
    expect(await eraseMeant(store, '4930123001', '')).toMatchObject({ customers: 1 });
    expect(await store.findCustomer({ customerId: 'C1' })).toBeNull();
  });
});

describe('the commands', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'ipnt-import-'));
    mkdirSync(join(dir, '.csv'));
    writeFileSync(join(dir, 'national.csv'), 'id,numbers\na,030123001;4930123002;0049 30 123003\n');
    writeFileSync(
      join(dir, 'ipnt.yaml'),
      'country: 49\ndatabase: { url: "mysql://a@127.0.0.1:1/ipnt", password: b }\n',
    );
    writeFileSync(join(dir, 'latin1.csv'), Buffer.from('id,name\na,M\xfcller\n', 'latin1'));
    writeFileSync(join(dir, 'broken.csv'), 'id,priority\n,x\n');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const said = async (...args: string[]) => {
    let text = '';
    const out = (part: string): void => void (text += part);
    const io = { out, err: out, env: {}, isScreen: false };
    return { code: await main(['--settings', join(dir, 'ipnt.yaml'), ...args], io), text };
  };

  it.each([
    [
      'a file that is not there',
      ['customers', 'import', 'nope.csv'],
      2,
      /there is no such file[\s\S]*cure: +name a CSV file that this user can read/,
    ],
    [
      'a file in another encoding',
      ['customers', 'import', 'latin1.csv'],
      2,
      /is not UTF-8[\s\S]*cure: +save it as "CSV UTF-8"/,
    ],
    ['a folder', ['agents', 'import', '.csv'], 2, /it is a folder[\s\S]*name a CSV file/],
    // The file is good: what is told is the database.
    ['no fault of national numbers', ['customers', 'import', 'national.csv'], 1, /127\.0\.0\.1:1/],
    [
      'faults, before a database is asked',
      ['customers', 'import', 'broken.csv'],
      2,
      /broken\.csv:2:1 id.*\n.*priority.*\n2 faults/,
    ],
    ['the same of agents', ['agents', 'import', 'broken.csv'], 2, /no column "agent"/],
    ['an action that there is not', ['customers', 'eat', 'x'], 2, /"eat" is none of import, show, erase/],
    ['nothing to import', ['agents', 'import'], 2, /missing required argument 'file'/],
    ['a database that is away', ['customers', 'show', '030123'], 1, /127\.0\.0\.1:1/],
  ])('tell %s', async (_, args, code, text) => {
    const answer = await said(...args.map((arg) => (arg.endsWith('.csv') ? join(dir, arg) : arg)));
    expect(answer.text).toMatch(text);
    expect(answer.code).toBe(code);
  });
});
