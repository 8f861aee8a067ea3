import { printable } from '../../core/explain/text.ts';
import { useOwn } from '../agents/use-own.ts';
import { Fact } from '../parts/fact.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { PasswordForm } from '../parts/password-form.tsx';
import { ROLE_WORDS, rightsText } from '../parts/person-rights.tsx';
import { useNames } from '../parts/use-titles.ts';
import type { Me } from '../session.ts';
import { logOut, me } from '../session.ts';
import '../styles/account.css';

/** Who he is here and what he may, for everybody who is logged in; and his password. */
export default function AccountPage() {
  const who = me.value;
  usePage('Your account', true);
  if (!who) return null;
  const [role, says] = ROLE_WORDS[who.role].split(': ');
  return (
    <>
      <PageHead title="Your account" />
      <div class="account">
        <section class="card account-part" aria-labelledby="account-who">
          <h2 id="account-who">Who you are</h2>
          <dl class="facts">
            <Fact label="Name">{printable(who.name)}</Fact>
            <Fact label="Role">
              {role}
              <br />
              <span class="muted">{says}</span>
            </Fact>
            <Fact label="May change">
              <MayChange who={who} />
            </Fact>
          </dl>
          <p class="hint">{who.role === 'admin' ? 'Another' : 'An'} administrator can change this.</p>
          <div>
            <button type="button" onClick={() => void logOut().catch(() => location.reload())}>
              Log out
            </button>
          </div>
        </section>
        <section class="card account-part" aria-labelledby="account-password">
          <h2 id="account-password">Change your password</h2>
          <PasswordForm name={who.name} />
        </section>
      </div>
    </>
  );
}

/** What he may touch. Titles are asked for by those alone who need them, and may ask. */
const MayChange = ({ who }: { readonly who: Me }) => {
  if (who.role === 'supervisor') return <Scoped who={who} />;
  if (who.role === 'agent') return <Himself agentId={who.agentId} />;
  return <>{who.role === 'admin' ? 'everything' : 'nothing: you look on'}</>;
};

const Scoped = ({ who }: { readonly who: Me }) => <>{rightsText(who, useNames())}</>;

function Himself({ agentId }: { readonly agentId: string }) {
  const { data } = useOwn();
  return <>yourself: {data === null ? printable(agentId) : printable(`${data.title} (${data.site.title})`)}</>;
}
