import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function ServicePage() {
  usePage('Service', true);
  return (
    <>
      <PageHead title="Service" />
      <Empty title="Not there yet" />
    </>
  );
}
