import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ipnt } from './run-cli.ts';

const check = (more: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'ipnt-check-')), 'ipnt.yaml');
  const ari = 'ari: {url: "http://h:8088", user: u, password: p}';
  writeFileSync(file, `database: embedded\nsites:\n  madrid: {kind: asterisk-ari, ${ari}${more}}\n`);
  return ipnt('--settings', file, 'check');
};

test.each([
  ['', /warning: .*ipnt.yaml:3:\d+ sites.madrid: every endpoint counts as an agent, trunks too; name the trunks/],
  [', trunks: [PJSIP/edge]', /^$/],
  [', agents: [PJSIP/1001]', /^$/],
])('a site over ARI with "%s" is warned of its trunks, or not', async (more, expected) => {
  const { code, err, out } = await check(more);
  expect(err).toMatch(expected);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('good; sites 1') as unknown });
});

test('certificate and key of the API are read as it reads them', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-check-'));
  const file = join(dir, 'ipnt.yaml');
  writeFileSync(join(dir, 'not.pem'), 'not a certificate\n');
  const withTls = (certificate: string, key: string) => {
    writeFileSync(file, `database: embedded\napi: { tls: { certificate: ${certificate}, key: ${key} } }\n`);
    return ipnt('--settings', file, 'check');
  };
  const missing = await withTls('gone.pem', 'not.pem');
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/ipnt.yaml:2:\d+ api.tls: .*gone.pem: the file cannot be read; name/);
  const broken = await withTls('not.pem', 'not.pem');
  expect(broken.code).toBe(2);
  expect(broken.err).toMatch(/ipnt.yaml:2:\d+ api.tls: .*no PEM/);
});
