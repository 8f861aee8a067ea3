import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function CallsPage() {
  usePage('Calls', true);
  return (
    <>
      <PageHead title="Calls" />
      <Empty title="Not there yet" />
    </>
  );
}
