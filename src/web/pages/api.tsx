import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function ApiPage() {
  usePage('API', true);
  return (
    <>
      <PageHead title="API" />
      <Empty title="Not there yet" />
    </>
  );
}
