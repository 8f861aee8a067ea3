import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function WaitingPage() {
  usePage('Waiting calls', true);
  return (
    <>
      <PageHead title="Waiting calls" />
      <Empty title="Not there yet" />
    </>
  );
}
