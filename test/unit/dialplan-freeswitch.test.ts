/** The shipped XML for FreeSWITCH: well formed, and every name that it uses is there. A real FreeSWITCH loads it in the integration tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../dialplan/freeswitch');
const files = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.xml'));
const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
/** FreeSWITCH's preprocessor reads comments too (switch_xml.c, preprocess, 1.10.12), so they are looked at as well. */
const all = files.map(textOf).join('\n');
const named = (pattern: RegExp, text = all): string[] =>
  [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

/** What is wrong with the nesting of tags, or with a value; '' for nothing. */
function faultOf(xml: string): string {
  const bare = xml.replace(/<!--([\s\S]*?)-->/g, (_all, comment: string) =>
    comment.includes('--') ? '<bad comment>' : '',
  );
  const open: string[] = [];
  const tag = /<(\/?)([A-Za-z][\w.-]*|bad comment)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>/g;
  const rest = bare.replace(tag, (_all, closes: string, name: string, _values: string, single: string) => {
    if (closes !== '') open.push(open.pop() === name ? '' : `</${name}>`);
    else if (single === '') open.push(name);
    if (open.at(-1) === '') open.pop();
    return '';
  });
  const stray = /[<>&]/.exec(rest.replace(/&(?:amp|lt|gt|quot|apos);/g, ''))?.[0];
  return stray ?? open.join(' ');
}

test.each(files)('%s is well formed', (file) => expect(faultOf(textOf(file))).toBe(''));

test.each(['<a><b></a></b>', '<a>', '<a x=1/>', '<a>&</a>', '<a/><!-- -- -->'])('the check itself finds %s', (xml) => {
  expect(faultOf(xml)).not.toBe('');
});

test('every context that is transferred to, or that a profile leads to, is there', () => {
  const contexts = named(/<context name="([^"]+)"/g);
  const used = [
    ...named(/application="transfer" data="\S+ XML ([^"]+)"/g),
    ...named(/name="context" value="([^"]+)"/g),
  ];
  expect(used.filter((name) => !contexts.includes(name))).toEqual([]);
});

test('every global variable of ours is set in the sample, and every one set is used', () => {
  const set = named(/cmd="set" data="(\w+)=/g, textOf('samples/vars.xml'));
  expect(named(/\$\$\{(ipnt_\w+)\}/g)).toEqual(set);
});

test('every variable of the channel that is read was set', () => {
  const set = named(/application="(?:set|export)" data="(ipnt_\w+)=/g);
  expect(named(/(?<!\$)\$\{(ipnt_\w+)\}/g).filter((name) => !set.includes(name))).toEqual([]);
});

test('every access list that a sample names is there', () => {
  const lists = named(/<list name="([^"]+)"/g);
  expect(named(/name="apply-inbound-acl" value="([^"]+)"/g)).toEqual(lists);
});

test('the page names every context, variable and file', () => {
  const page = readFileSync(join(FOLDER, '../README.md'), 'utf8');
  const names = [...named(/<context name="([^"]+)"/g), ...named(/\b(ipnt_(?:agents|domain|callcenter|call)\b)/g)];
  expect(
    [...names, ...files.map((file) => file.replace('samples/', ''))].filter((name) => !page.includes(name)),
  ).toEqual([]);
});
