import { useEffect, useMemo, useState } from 'preact/hooks';
import { agentName, serviceName } from '../../core/explain/titles.ts';
import type { Titles } from '../../core/explain/titles.ts';
import { counted, printable, span } from '../../core/explain/text.ts';
import { timelineOf } from '../../core/explain/timeline.ts';
import type { CallAnswer, CallEventAnswer } from '../answers.ts';
import { titlesFrom } from '../answers.ts';
import { get } from '../api.ts';
import { serverNowMs, tick } from '../clock.ts';
import { exactTimeOf, datedOf, ownZone } from '../format.ts';
import { phaseIn, talkOf } from '../parts/calls-live.ts';
import { Decisions } from '../parts/decisions.tsx';
import { Icon } from '../parts/icon.tsx';
import { OutcomePill } from '../parts/outcome.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Loading, ProblemNote } from '../parts/problem.tsx';
import { TimelinePicture } from '../parts/timeline.tsx';
import { useLoad } from '../parts/use-load.ts';
import type { PageProps } from '../router.ts';
import { href } from '../router.ts';
import '../styles/call.css';

/** A call in progress is asked for again so often. */
const LIVE_MS = 1_000;

/** One call: its head, its course as a picture, its story, and each decision explained. */
export default function CallPage({ route }: PageProps) {
  const callId = route.param;
  const [isLive, setLive] = useState(false);
  const load = (signal: AbortSignal) => get<CallAnswer>(`/v1/calls/${encodeURIComponent(callId)}`, {}, signal);
  const { data, problem, reload } = useLoad(`call ${callId}`, load, isLive ? LIVE_MS : undefined);
  useEffect(() => setLive(data !== null && data.summary.outcome === null), [data]);
  usePage('Call', data !== null || problem !== null);
  return (
    <>
      <p class="back">
        <a href={href('calls')}>Calls</a>
      </p>
      {data === null ? (
        <>
          <PageHead title="Call" />
          {problem === null ? <Loading what="the call" /> : <ProblemNote problem={problem} again={reload} />}
        </>
      ) : (
        <>
          {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
          <Call call={data} isLive={isLive} />
        </>
      )}
    </>
  );
}

const Call = ({ call, isLive }: { readonly call: CallAnswer; readonly isLive: boolean }) => {
  const titles = useMemo(() => titlesFrom(call.titles), [call]);
  const { events, summary } = call;
  // The first line says who called and when, on the clock of all machines: heading and figures say it on the reader's.
  const [, ...asked] = call.story;
  return (
    <>
      <PageHead title={headline(call)} says={asked.map(printable).join(' ')}>
        <OutcomePill
          outcome={summary.outcome}
          phase={phaseIn(
            summary,
            events.map(({ fact }) => fact),
          )}
        />
      </PageHead>
      <Facts call={call} titles={titles} />
      <section class="card call-part" aria-labelledby="course">
        <h2 id="course">Its course</h2>
        <Course call={call} titles={titles} isLive={isLive} />
      </section>
      <div class="call-columns">
        <section class="card call-part" aria-labelledby="story">
          <h2 id="story">What happened</h2>
          <Story events={events} isLive={isLive} />
        </section>
        <Decisions events={events} titles={titles} />
      </div>
    </>
  );
};

function headline({ summary }: CallAnswer): string {
  const from = summary.ani === '' ? 'a caller without a number' : printable(summary.ani);
  return summary.callId.endsWith('.back') ? `Call back to ${from}` : `Call from ${from}`;
}

/** The few figures that one looks for first. */
function Facts({ call, titles }: { readonly call: CallAnswer; readonly titles: Titles }) {
  const { summary } = call;
  const { arrivedAtMs, waitMs, agentId, offers, dnis, endedAtMs } = summary;
  const talkMs = talkOf(summary);
  const facts: readonly (readonly [string, string])[] = [
    [`Arrived (${ownZone()})`, datedOf(arrivedAtMs)],
    ...(endedAtMs === null ? [] : ([['Ended', exactTimeOf(endedAtMs)]] as const)),
    ['Service', printable(serviceName(summary.service, titles))],
    ...(dnis === '' ? [] : ([['Dialled', printable(dnis)]] as const)),
    ['Agent', agentId === '' ? 'none' : printable(agentName(agentId, titles))],
    ...(waitMs === null ? [] : ([['Waited', span(waitMs)]] as const)),
    ...(talkMs === null ? [] : ([['Talked', span(talkMs)]] as const)),
    ['Offers', offers === 0 ? 'none' : String(offers)],
  ];
  return (
    <dl class="call-facts card">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface CourseProps {
  readonly call: CallAnswer;
  readonly titles: Titles;
  readonly isLive: boolean;
}

/** Bars of a call in progress grow each second. */
function Course({ call, titles, isLive }: CourseProps) {
  const nowMs = isLive ? serverNowMs(tick.value) : 0;
  const callId = call.summary.callId;
  const events = useMemo(() => call.events.map((event) => ({ ...event, callId })), [call]);
  return <TimelinePicture timeline={timelineOf(events, titles, nowMs)} />;
}

interface StoryProps {
  readonly events: readonly CallEventAnswer[];
  readonly isLive: boolean;
}

/** In sentences. Of a decision only the first: its picture says the rest. */
const Story = ({ events, isLive }: StoryProps) => (
  <>
    <ol class="story">
      {events.map((event) => {
        const isDecision = event.fact.kind === 'decided';
        const [first, ...rest] = isDecision ? event.says.slice(0, 1) : event.says;
        if (first === undefined) return null;
        return (
          <li key={event.seq} class={event.fact.kind}>
            <time class="figure" dateTime={new Date(event.atMs).toISOString()}>
              {exactTimeOf(event.atMs)}
            </time>
            <div>
              <p>{printable(first)}</p>
              {rest.map((line) => (
                <p key={line} class="muted">
                  {printable(line)}
                </p>
              ))}
              {isDecision ? <WhyButton seq={event.seq} /> : null}
            </div>
          </li>
        );
      })}
    </ol>
    {isLive ? (
      <p class="story-live" role="status">
        <Icon name="clock" /> The call goes on; this page follows it.
      </p>
    ) : (
      <p class="muted small">{counted(events.length, 'entry').replace('entrys', 'entries')} in the record.</p>
    )}
  </>
);

const WhyButton = ({ seq }: { readonly seq: number }) => (
  <button
    type="button"
    class="link"
    onClick={() => {
      const part = document.getElementById(`decision-${seq}`);
      if (part instanceof HTMLDetailsElement) part.open = true;
      part?.scrollIntoView({ block: 'start' });
      part?.querySelector<HTMLElement>('summary')?.focus({ preventScroll: true });
    }}
  >
    Show why
  </button>
);
