import { printable } from '../../core/explain/text.ts';
import { AgentCommands } from '../agents/agent-commands.tsx';
import { AgentFacts } from '../agents/agent-facts.tsx';
import { ownReasons } from '../agents/own-words.ts';
import { useOwn } from '../agents/use-own.ts';
import type { AgentAnswer } from '../answers.ts';
import { serverNowMs, tick } from '../clock.ts';
import { exactTimeOf, roughSpan, timeOf } from '../format.ts';
import { Fact } from '../parts/fact.tsx';
import { Icon } from '../parts/icon.tsx';
import { StaleNote } from '../parts/live-note.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { AGENT_LOOKS, LookPill, SITE_LOOKS } from '../parts/pill.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { Since } from '../parts/since.tsx';
import type { Loaded } from '../parts/use-load.ts';
import { me } from '../session.ts';
import '../styles/agents.css';
import '../styles/self.css';

/** A call shows within two seconds; a thousand agents who look at once ask five hundred times a second, at under a millisecond of the server's time each. */
const EVERY_MS = 2_000;
/** Older than this is told to be old. */
const OLD_MS = 3 * EVERY_MS;

/** What an agent sees of himself: what he does, whether calls come to him, and his pause. His home. */
export default function SelfPage() {
  const own = useOwn(EVERY_MS);
  const { data, problem, reload } = own;
  usePage('My status', data !== null || problem !== null);
  if (problem?.code === 'AGENT_UNKNOWN') return <NotSeen />;
  if (data === null)
    return (
      <>
        <PageHead title="My status" />
        {problem === null ? <Loading what="your status" /> : <ProblemNote problem={problem} again={reload} />}
      </>
    );
  return (
    <>
      <PageHead title={data.title} says={placeOf(data)} />
      <Freshness {...own} data={data} />
      <div class="self">
        <section class={`card self-part self-now is-${data.shown}`} aria-labelledby="self-now">
          <h2 id="self-now">What you do now</h2>
          <Now own={data} />
          <AgentCommands agent={data} isSelf onDone={reload} />
        </section>
        <section class="card self-part" aria-labelledby="self-calls">
          <h2 id="self-calls">{callsText(data)}</h2>
          <Why own={data} />
          <Facts own={data} />
        </section>
      </div>
    </>
  );
}

const placeOf = ({ site, number }: AgentAnswer): string => `${site.title}${number === '' ? '' : ` · ${number}`}`;

function callsText({ reasons, shown }: AgentAnswer): string {
  if (reasons.length === 0) return 'Calls come to you';
  return shown === 'ringing' || shown === 'talking' ? 'No other call comes to you now' : 'No call comes to you now';
}

/** His login names an agent whom no call centre has shown yet, or any more. */
const NotSeen = () => (
  <>
    <PageHead title="My status" />
    <Empty title="Your call centre has not shown you yet">
      It does once you are a member of one of its queues. Your login is for {printable(me.value?.agentId ?? '')}: if
      that is not you, tell an administrator.
    </Empty>
  </>
);

/** Says plainly when what is shown is old, and why. */
function Freshness({ data, problem, reload }: Loaded<AgentAnswer> & { readonly data: AgentAnswer }) {
  const isLate = serverNowMs(tick.value) - data.nowMs > OLD_MS;
  if (problem !== null) return <ProblemNote problem={problem} again={reload} />;
  if (data.staleSinceMs !== null) return <StaleNote sinceMs={data.staleSinceMs} />;
  return isLate ? (
    <p class="note bad live-note" role="alert">
      <Icon name="warn" />
      The server does not answer. This is how it was at {exactTimeOf(data.nowMs)}.
    </p>
  ) : null;
}

function Now({ own }: { readonly own: AgentAnswer }) {
  const { word } = AGENT_LOOKS[own.shown];
  return (
    <>
      <p class="unseen" role="status">
        You are: {word}
      </p>
      <p class="self-state">
        <LookPill look={AGENT_LOOKS[own.shown]} />
        {own.pauseReason === '' ? null : <span class="self-why">{own.pauseReason}</span>}
      </p>
      <p class="muted">
        for <Since sinceMs={own.sinceMs} format={roughSpan} />, since {timeOf(own.sinceMs)}
      </p>
      <p>{callText(own)}</p>
    </>
  );
}

/** The call that he is on, as far as the state tells. */
function callText({ call, callTitle, shown }: AgentAnswer): string {
  if (call !== null) {
    const what = callTitle === '' ? 'a call that was sent to you' : callTitle;
    return call.phase === 'offer' ? `You are being rung for ${what}.` : `You are in a call: ${what}.`;
  }
  return shown === 'talking' || shown === 'ringing' ? 'A call of your own call centre.' : 'You are in no call.';
}

function Why({ own }: { readonly own: AgentAnswer }) {
  const nowMs = serverNowMs(tick.value);
  if (own.reasons.length === 0)
    return (
      <p class="note good">
        <Icon name="good" /> You are free: the next call that asks for what you can do may be yours.
      </p>
    );
  return (
    <ul class="self-reasons">
      {ownReasons(own.reasons, nowMs).map((says) => (
        <li key={says}>{says}</li>
      ))}
    </ul>
  );
}

const Facts = ({ own }: { readonly own: AgentAnswer }) => (
  <dl class="facts">
    <Fact label="Call centre">
      {own.site.title} <LookPill look={SITE_LOOKS[own.site.state]} />
      {own.site.lastHeardMs === null ? null : (
        <span class="muted">
          {' '}
          last heard <Since sinceMs={own.site.lastHeardMs} format={roughSpan} /> ago
        </span>
      )}
    </Fact>
    <AgentFacts agent={own} />
  </dl>
);
