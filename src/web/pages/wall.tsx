import { PageHead, usePage } from '../parts/page.tsx';
import { Empty } from '../parts/problem.tsx';

export default function WallPage() {
  usePage('Wallboard', true);
  return (
    <>
      <PageHead title="Wallboard" />
      <Empty title="Not there yet" />
    </>
  );
}
