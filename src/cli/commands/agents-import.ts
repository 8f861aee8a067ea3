import { LEVEL_MAX } from '../../core/model/agent.ts';
import type { AgentProfile } from '../../core/model/routing.ts';
import { parseDuration } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { attributesOf, attributesText, firstLines, importRows, readTable } from '../import-file.ts';
import type { Columns, ImportRow } from '../import-file.ts';
import { noteChange } from '../note-change.ts';
import { settingsOf, withStore } from '../open.ts';
import { someOf } from '../../core/explain/text.ts';
import { userName } from '../user-name.ts';

const COLUMNS: Columns = {
  known: ['agent', 'title', 'wrap_up', 'skills'],
  example: 'agent,title,wrap_up,skills,team',
};

/** `<site>/<device>`, as `ipnt agents` shows it. */
const AGENT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}\/\S.{0,189}$/;
/** As a requirement writes it; a level behind the last colon. */
const SKILL = /^([A-Za-z_](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_])?):(\d{1,2})$/;

/** `ipnt agents import FILE.csv`: what provisioning says of agents, on top of what their PBXes say. Stands below `ipnt agents`. */
export const addAgentsImport: AddCommand = (program, io) => {
  const agents = program.commands.find((command) => command.name() === 'agents') ?? program;
  agents
    .command('import')
    .description('import skills, titles, wrap-ups and attributes of agents from a CSV file, over what the PBXes say')
    .argument('<file>', `CSV with the columns ${COLUMNS.known.join(', ')}; each other column is an attribute`)
    .option('--replace', 'these profiles alone, all others go')
    .option(...JSON_OPTION)
    .copyInheritedSettings(program)
    .action(async (file: string, _options, command) => {
      const options = optionsOf<{ replace?: boolean; json?: boolean }>(command);
      settingsOf(options, io);
      const profiles = readProfiles(readTable(file), file);
      await withStore(options, io, async (store) => {
        const known = new Set((await store.agents()).map(({ agentId }) => agentId));
        const { version } = await store.importProfiles(profiles, userName(), options.replace === true);
        const what = `${profiles.length} agents${options.replace ? ', all others removed' : ''}`;
        await noteChange(store, io, { action: 'agents.import', target: `version ${version}`, detail: what });
        const unknown = profiles.filter(({ agentId }) => !known.has(agentId)).map(({ agentId }) => agentId);
        const attributes = attributesOf(profiles);
        if (options.json)
          return io.out(`${JSON.stringify({ imported: profiles.length, unknown, attributes, version }, null, 2)}\n`);
        io.out(`${profiles.length} imported; in force: version ${version}\n${attributesText(attributes)}`);
        io.err(unknownText(unknown, profiles.length));
      });
    });
};

/** Profiles that lie over nobody yet: before the first log-in, or a slip in an id. */
export const unknownText = (unknown: readonly string[], imported: number): string => {
  if (unknown.length === 0) return '';
  const are = unknown.length === 1 ? 'is an agent' : 'are agents';
  return (
    `warning: ${unknown.length} of ${imported} ${are} that no site has shown: ${someOf(unknown)}; ` +
    'the profile waits until one does\n'
  );
};

/** Profiles of a CSV file. Throws IMPORT_INVALID with every fault. */
export function readProfiles(text: string, file: string): readonly AgentProfile[] {
  const seen = firstLines();
  return importRows(text, file, COLUMNS, (row, attributes) => {
    const agentId = row.text('agent');
    const before = agentId === '' ? null : seen(agentId, row.line);
    if (!AGENT.test(agentId))
      row.fault(
        'agent',
        agentId === '' ? 'is missing' : `"${agentId}" is no agent`,
        'write site/device, e.g. berlin/PJSIP/1001',
      );
    if (before !== null) row.fault('agent', `"${agentId}" is in line ${before} as well`, 'keep one of them');
    return { agentId, title: row.text('title'), skills: skillsOf(row), attributes, wrapUpMs: wrapUpOf(row) };
  });
}

function skillsOf(row: ImportRow): Readonly<Record<string, number>> {
  const skills: Record<string, number> = {};
  for (const written of row
    .text('skills')
    .split(/[\s;]+/)
    .filter((one) => one !== '')) {
    const [, name = '', level = ''] = SKILL.exec(written) ?? [];
    if (name === '' || Number(level) > LEVEL_MAX)
      row.fault(
        'skills',
        `"${written}" is no skill with a level`,
        'write e.g. support:8 lang_fr:3; levels from 1 to 10, 0 takes it away',
      );
    else if (name in skills) row.fault('skills', `"${name}" is there twice`, 'keep one of them');
    else skills[name] = Number(level);
  }
  return skills;
}

function wrapUpOf(row: ImportRow): number | null {
  const text = row.text('wrap_up');
  if (text === '') return null;
  const ms = parseDuration(text);
  if (ms === null || ms > 3_600_000)
    row.fault('wrap_up', `"${text}" is no time up to an hour`, "write e.g. 20s, or nothing for the service's");
  return ms;
}
