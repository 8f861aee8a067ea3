import { useState } from 'preact/hooks';
import { printable, span } from '../../core/explain/text.ts';
import type { ServiceListed } from '../answers.ts';
import type { Listing } from '../api.ts';
import { get } from '../api.ts';
import { number } from '../format.ts';
import { Field } from '../parts/field.tsx';
import { OpeningPill, openingWhy } from '../parts/opening.tsx';
import { PageHead, Toolbar, usePage } from '../parts/page.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { useLoad } from '../parts/use-load.ts';
import { href } from '../router.ts';
import '../styles/services.css';

const AGAIN_MS = 5_000;
/** With more services than this there is a box to find one. */
const SEARCH_FROM = 8;

/** All services: whether each is open, what it needs, who could take a call now, and its steps. */
export default function ServicesPage() {
  const { data, problem, reload } = useLoad(
    'services',
    (signal) => get<Listing<ServiceListed>>('/v1/services', { limit: 1_000 }, signal),
    AGAIN_MS,
  );
  const [wanted, setWanted] = useState('');
  usePage('Services', data !== null || problem !== null);
  const items = data?.items ?? [];
  const closed = items.filter(({ isOpen }) => !isOpen).length;
  const text = wanted.trim().toLowerCase();
  const shown = items.filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(text));
  return (
    <>
      <PageHead
        title="Services"
        {...(data === null ? {} : { says: closed === 0 ? 'All are open.' : `${closed} of ${items.length} closed.` })}
      />
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null && problem === null ? <Loading what="the services" /> : null}
      {data !== null && items.length === 0 ? (
        <Empty title="There are no services yet">
          Write them into a routing file, and apply it: ipnt apply -f routing.yaml
        </Empty>
      ) : null}
      {items.length < SEARCH_FROM ? null : (
        <Toolbar label="Filter">
          <Field label="Find a service" type="search" value={wanted} onValue={setWanted} />
        </Toolbar>
      )}
      {items.length > 0 && shown.length === 0 ? <Empty title="No service is called that" /> : null}
      <ul class="services">
        {shown.map((service) => (
          <li key={service.id}>
            <ServiceCard service={service} />
          </li>
        ))}
      </ul>
    </>
  );
}

const ServiceCard = ({ service }: { readonly service: ServiceListed }) => (
  <article class={service.isOpen ? 'service-card card' : 'service-card card closed'}>
    <header>
      <h2>
        <a href={href('services', service.id)}>{printable(service.title)}</a>
      </h2>
      <OpeningPill isOpen={service.isOpen} />
    </header>
    <p class="muted small two-lines" title={openingWhy(service)}>
      {openingWhy(service)}
    </p>
    <dl class="service-figures">
      <Figure name="Eligible" value={`${number(service.eligible)} of ${number(service.staffed)}`} />
      <Figure name="Waiting" value={number(service.waiting)} />
      <Figure name="Expected wait" value={service.expectedWaitMs === null ? '–' : span(service.expectedWaitMs)} />
      <Figure name="Calls today" value={number(service.today.offered)} />
    </dl>
    <p class="service-needs">
      <span class="muted">Needs</span> {service.requirementText}
    </p>
    {service.steps.length === 0 ? null : (
      <details class="service-steps">
        <summary>{service.steps.length === 1 ? 'One step' : `${service.steps.length} steps`} as a caller waits</summary>
        <ol>
          {service.steps.map(({ says }) => (
            <li key={says}>{says}</li>
          ))}
        </ol>
      </details>
    )}
  </article>
);

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd class="figure">{value}</dd>
  </div>
);
