import type { ComponentChildren } from 'preact';
import type { AgentShown, EdgeLine, SiteLine } from '../../core/model/board.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

/** How good or bad something is, or `busy` and `calm` where that is no question. Colours only ever repeat what icon and word say. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'calm';

interface PillProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: ComponentChildren;
  readonly title?: string;
}

export const Pill = ({ tone, icon, children, title }: PillProps) => (
  <span class={`pill ${tone}`} title={title}>
    <Icon name={icon} />
    {children}
  </span>
);

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
}

export const AGENT_LOOKS: Readonly<Record<AgentShown, Look>> = {
  idle: { word: 'idle', tone: 'good', icon: 'idle' },
  ringing: { word: 'ringing', tone: 'busy', icon: 'ringing' },
  talking: { word: 'talking', tone: 'busy', icon: 'talking' },
  wrap_up: { word: 'wrap-up', tone: 'busy', icon: 'wrap_up' },
  held: { word: 'left alone', tone: 'warn', icon: 'held' },
  paused: { word: 'paused', tone: 'warn', icon: 'paused' },
  logged_out: { word: 'logged out', tone: 'calm', icon: 'logged_out' },
  unreachable: { word: 'unreachable', tone: 'bad', icon: 'off' },
  unknown: { word: 'not known', tone: 'calm', icon: 'unknown' },
};

export const SITE_LOOKS: Readonly<Record<SiteLine['state'], Look>> = {
  up: { word: 'up', tone: 'good', icon: 'good' },
  stale: { word: 'stale', tone: 'bad', icon: 'warn' },
  connecting: { word: 'connecting', tone: 'warn', icon: 'clock' },
  down: { word: 'down', tone: 'bad', icon: 'bad' },
};

export const EDGE_LOOKS: Readonly<Record<EdgeLine['state'], Look>> = {
  up: { word: 'up', tone: 'good', icon: 'good' },
  silent: { word: 'silent', tone: 'bad', icon: 'warn' },
  away: { word: 'stopped', tone: 'calm', icon: 'off' },
};

/** A state as icon and word. */
export const LookPill = ({ look, title }: { readonly look: Look; readonly title?: string }) => (
  <Pill tone={look.tone} icon={look.icon} {...(title === undefined ? {} : { title })}>
    {look.word}
  </Pill>
);
