import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function ServicesPage() {
  usePage('Services', true);
  return (
    <>
      <PageHead title="Services" />
      <Empty title="Not there yet" />
    </>
  );
}
