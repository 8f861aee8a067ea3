import { useMemo, useState } from 'preact/hooks';
import { calendarLines, plannedStages } from '../../core/explain/stages.ts';
import { decisionPicture } from '../../core/explain/picture.ts';
import type { DecisionPicture } from '../../core/explain/picture.ts';
import type { Titles } from '../../core/explain/titles.ts';
import { printable } from '../../core/explain/text.ts';
import type { Calendar } from '../../core/model/calendar.ts';
import type { ServiceAnswer } from '../answers.ts';
import type { Listing } from '../api.ts';
import { get } from '../api.ts';
import { serverNowMs } from '../clock.ts';
import { DryRunForm } from '../parts/dry-run.tsx';
import { OpeningPill, openingWhy } from '../parts/opening.tsx';
import { OverrideButtons } from '../parts/override.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Loading, ProblemNote } from '../parts/problem.tsx';
import { Picture } from '../parts/picture.tsx';
import { StagesPicture } from '../parts/stages.tsx';
import { useLoad } from '../parts/use-load.ts';
import { useNames } from '../parts/use-titles.ts';
import type { PageProps } from '../router.ts';
import { href } from '../router.ts';
import { may } from '../session.ts';
import '../styles/call.css';
import '../styles/services.css';

const AGAIN_MS = 3_000;

/** One service: whether it is open, its rules, who could take a call of it now and why not the rest, and calls tried out. */
export default function ServicePage({ route }: PageProps) {
  const name = route.param;
  const { data, problem, reload } = useLoad<ServiceAnswer>(
    `service ${name}`,
    (signal) => get<ServiceAnswer>(`/v1/services/${encodeURIComponent(name)}`, {}, signal),
    AGAIN_MS,
  );
  const { titles } = useNames();
  usePage(data?.row.title ?? 'Service', data !== null || problem !== null);
  return (
    <>
      <p class="back">
        <a href={href('services')}>Services</a>
      </p>
      {data === null ? <PageHead title="Service" /> : null}
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null && problem === null ? <Loading what="the service" /> : null}
      {data === null ? null : <Service service={data} titles={titles} reload={reload} />}
    </>
  );
}

interface ServiceProps {
  readonly service: ServiceAnswer;
  readonly titles: Titles;
  readonly reload: () => void;
}

function Service({ service, titles, reload }: ServiceProps) {
  const { row, rules, opening } = service;
  return (
    <>
      <PageHead title={printable(row.title)} says={openingWhy(opening)}>
        <OpeningPill isOpen={opening.isOpen} />
        <OverrideButtons service={service} titles={titles} onDone={reload} />
      </PageHead>
      <div class="service-columns">
        <div>
          <section class="card call-part" aria-labelledby="now">
            <h2 id="now">Who could take a call now</h2>
            <Now service={service} titles={titles} />
          </section>
          {may('see_callers') ? <DryRunForm service={row.id} zone={opening.zone} titles={titles} /> : null}
        </div>
        <div>
          <section class="card call-part" aria-labelledby="rules">
            <h2 id="rules">Rules</h2>
            <ul class="sentences">
              {service.rulesText.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
          <section class="card call-part" aria-labelledby="steps">
            <h2 id="steps">As a caller waits</h2>
            <StagesPicture stages={plannedStages(rules, titles)} />
          </section>
          <Hours service={service} />
          <Numbers numbers={rules.numbers} />
        </div>
      </div>
    </>
  );
}

/** The same picture as of a decision: nobody is chosen, for there is no call. */
function Now({ service, titles }: Omit<ServiceProps, 'reload'>) {
  const picture = useMemo(() => pictureOf(service, titles), [service, titles]);
  const { eligible } = service.row;
  const more = eligible - picture.candidates.length;
  return (
    <>
      <Picture picture={picture} level={3} ableTitle={`Eligible: ${eligible}`} />
      {more > 0 ? <p class="muted small">The first {picture.candidates.length} of them are shown.</p> : null}
    </>
  );
}

function pictureOf({ row, rules, candidates }: ServiceAnswer, titles: Titles): DecisionPicture {
  const { eligible, refused, others } = candidates;
  const { strategy, requirement, name } = rules;
  const asked = { callId: '', service: name, requirement, strategy, step: 0, atMs: serverNowMs() };
  const next = eligible.map((one) => ({ ...one, keys: [] }));
  const nobody = { versions: {}, routingVersion: 0, winner: null, ahead: 0 };
  const picture = decisionPicture({ ...asked, ...nobody, next, refused, others }, titles, 'is');
  // No call was given to anybody: what the API says of them.
  const says = new Map(eligible.map((one) => [one.agentId, sentence(one.says)]));
  return {
    ...picture,
    total: picture.total + Math.max(0, row.eligible - eligible.length),
    candidates: picture.candidates.map((one) => ({ ...one, measured: '', says: says.get(one.agentId) ?? '' })),
  };
}

const sentence = (text: string): string => (text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);

/** Its hours, as its calendar has them. */
function Hours({ service: { opening } }: { readonly service: ServiceAnswer }) {
  const { calendar, zone } = opening;
  const [wanted] = useState(calendar);
  const { data, problem } = useLoad(`calendar ${wanted}`, (signal) =>
    calendar === ''
      ? Promise.resolve<Listing<Calendar>>({ items: [], next: null })
      : get<Listing<Calendar>>('/v1/calendars', { limit: 1_000 }, signal),
  );
  const found = data?.items.find((one) => one.name === calendar);
  return (
    <section class="card call-part" aria-labelledby="hours">
      <h2 id="hours">Hours</h2>
      {calendar === '' ? <p>Always open, unless it is closed by hand.</p> : null}
      {problem === null ? null : <ProblemNote problem={problem} />}
      {found === undefined ? null : (
        <>
          <p class="muted small">
            Calendar “{printable(calendar)}”, on the clock of {printable(zone)}
          </p>
          <dl class="hours">
            {calendarLines(found).map(({ label, says }) => (
              <div key={`${label} ${says}`}>
                <dt>{label}</dt>
                <dd class="figure">{printable(says)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

const Numbers = ({ numbers }: { readonly numbers: readonly string[] }) => (
  <section class="card call-part" aria-labelledby="numbers">
    <h2 id="numbers">Numbers</h2>
    {numbers.length === 0 ? (
      <p class="muted">None: the dialplan names the service.</p>
    ) : (
      <ul class="numbers">
        {numbers.map((one) => (
          <li key={one}>
            <code>{printable(one)}</code> <span class="muted small">{NUMBER_KIND(one)}</span>
          </li>
        ))}
      </ul>
    )}
  </section>
);

/** As core/model/dial-pattern.ts and number.ts read them. */
const NUMBER_KIND = (entry: string): string =>
  entry.startsWith('_') ? 'a pattern' : entry.endsWith('*') ? 'all that begin so' : '';
