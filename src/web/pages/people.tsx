import { useState } from 'preact/hooks';
import { Audit } from '../parts/people-audit.tsx';
import { Tokens } from '../parts/people-tokens.tsx';
import { Users } from '../parts/people-users.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { useNames } from '../parts/use-titles.ts';
import '../styles/people.css';

/** Who may do what: users, tokens of programs, and what they changed. For administrators. */
export default function PeoplePage() {
  const names = useNames();
  const [isReady, setReady] = useState(false);
  /** A change makes a row of the audit. */
  const [changes, setChanges] = useState(0);
  const onChange = (): void => setChanges((old) => old + 1);
  usePage('People', isReady);
  return (
    <>
      <PageHead title="People" says="Who may do what, and who changed what." />
      <Users names={names} onChange={onChange} onReady={() => setReady(true)} />
      <Tokens names={names} onChange={onChange} />
      <Audit changes={changes} />
    </>
  );
}
