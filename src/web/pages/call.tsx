import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function CallPage() {
  usePage('Call', true);
  return (
    <>
      <PageHead title="Call" />
      <Empty title="Not there yet" />
    </>
  );
}
