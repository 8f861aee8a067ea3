import { signal } from '@preact/signals';

/** The pages, as the hash names them; `missing` is what no page answers to. */
export const PAGES = [
  ...(['wall', 'agents', 'waiting', 'calls', 'call', 'services', 'service', 'people', 'api'] as const),
  ...(['account', 'self'] as const),
] as const;
export type PageName = (typeof PAGES)[number] | 'login' | 'missing';

export interface Route {
  readonly page: PageName;
  /** What follows the page's name, decoded: a call's id, a service's name; '' for none. */
  readonly param: string;
  readonly query: URLSearchParams;
}

/** What every page gets. */
export interface PageProps {
  readonly route: Route;
}

const LISTS = new Map<string, PageName>([
  ['', 'wall'],
  ...(['login', 'agents', 'waiting', 'calls', 'services', 'people', 'api', 'account'] as const).map(
    (page) => [page, page] as const,
  ),
]);

/** Lists whose rows have a page of their own: `#/calls/<id>`. */
const DETAILS = new Map<string, PageName>([
  ['calls', 'call'],
  ['services', 'service'],
]);

/** `#/calls/a%2Fb?from=1` -> the page `call` with `a/b`. Total: what is malformed is `missing`. */
export function parseHash(hash: string): Route {
  const [path = '', search = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?');
  const query = new URLSearchParams(search);
  const [name = '', rest = ''] = splitOnce(path.replace(/\/$/, ''), '/');
  const param = decoded(rest);
  const page = (rest === '' ? LISTS : DETAILS).get(name);
  return page === undefined || param === null ? { page: 'missing', param: '', query } : { page, param, query };
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

type Query = Readonly<Record<string, string | undefined>>;

/** The address of a page: `href('calls', 'a/b')` is `#/calls/a%2Fb`. Empty values of the query are left out. */
export function href(list: string, param = '', query: Query = {}): string {
  const kept = Object.entries(query).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '');
  const search = new URLSearchParams(kept).toString();
  const path = param === '' ? list : `${list}/${encodeURIComponent(param)}`;
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** Where we are; follows the address bar once `followAddress` was called. */
export const route = signal<Route>(parseHash(''));

export function followAddress(): void {
  const follow = (): void => void (route.value = parseHash(location.hash));
  addEventListener('hashchange', follow);
  follow();
}

export function go(address: string): void {
  location.hash = address;
}

/** Puts a page's filter into its address, so that it can be kept and sent; no new step for the back button. */
export function replaceQuery(query: Query): void {
  const path = location.hash.replace(/\?.*$/, '').replace(/^#?\/?/, '');
  const search = href('', '', query).replace(/^#\//, '');
  history.replaceState(null, '', `#/${path}${search}`);
}
