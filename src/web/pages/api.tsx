import { useMemo, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { ApiOperation } from '../parts/api-operation.tsx';
import { Field } from '../parts/field.tsx';
import { readApi } from '../parts/openapi.ts';
import { PageHead, Toolbar, usePage } from '../parts/page.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { useLoad } from '../parts/use-load.ts';
import '../styles/api.css';

const PATH = '/v1/openapi.json';

/** What programs can ask: the API's own document, for people. */
export default function ApiPage() {
  const { data, problem, reload } = useLoad('openapi', (signal) => get<unknown>(PATH, {}, signal));
  const [wanted, setWanted] = useState('');
  const tags = useMemo(() => readApi(data), [data]);
  usePage('API', data !== null || problem !== null);
  const text = wanted.trim().toLowerCase();
  const shown = tags
    .map(({ tag, operations }) => ({
      tag,
      operations: operations.filter((one) =>
        `${tag} ${one.method} ${one.path} ${one.summary}`.toLowerCase().includes(text),
      ),
    }))
    .filter(({ operations }) => operations.length > 0);
  return (
    <>
      <PageHead
        title="API"
        says={
          <>
            What programs can ask, with a token of the page “People”. For machines: <a href={PATH}>{PATH}</a>
          </>
        }
      />
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null && problem === null ? <Loading what="the document" /> : null}
      {data === null ? null : (
        <Toolbar label="Filter">
          <Field
            label="Find an operation"
            type="search"
            placeholder="calls, POST, agents …"
            value={wanted}
            onValue={setWanted}
          />
        </Toolbar>
      )}
      {data !== null && shown.length === 0 ? <Empty title="No operation is called that" /> : null}
      {shown.map(({ tag, operations }) => (
        <section key={tag} class="api-tag" aria-label={tag}>
          <h2>{tag}</h2>
          <div class="card">
            {operations.map((one) => (
              <ApiOperation key={`${one.method} ${one.path}`} operation={one} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
