import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function AgentsPage() {
  usePage('Agents', true);
  return (
    <>
      <PageHead title="Agents" />
      <Empty title="Not there yet" />
    </>
  );
}
