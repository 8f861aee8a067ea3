import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function PeoplePage() {
  usePage('People', true);
  return (
    <>
      <PageHead title="People" />
      <Empty title="Not there yet" />
    </>
  );
}
