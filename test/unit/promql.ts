/** As much of PromQL as finds the metrics and labels that an expression speaks of. */

/** One selector: `ipnt_role_up{role="site"}`. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

export interface Spoken {
  readonly selectors: readonly Selector[];
  /** Of `by`, `on`, `without`, `ignoring`, `group_left` and `group_right`. */
  readonly grouping: readonly string[];
}

const TOKEN =
  /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\$\{?\w+\}?|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_:][\w:]*|=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},]/gy;
const GROUPING = new Set(['by', 'on', 'without', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool']);
const FUNCTIONS = new Set([
  ...['sum', 'max', 'min', 'count', 'avg', 'rate', 'increase', 'histogram_quantile', 'abs', 'vector', 'label_values'],
]);

const isName = (token: string | undefined): token is string => /^[A-Za-z_:]/.test(token ?? '');

function tokensOf(expression: string): readonly string[] {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < expression.length;) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (found === null) throw new Error(`no PromQL at ${at}: ${expression}`);
    if (found[0].trim() !== '') tokens.push(found[0]);
  }
  checkBrackets(tokens, expression);
  return tokens;
}

function checkBrackets(tokens: readonly string[], expression: string): void {
  const open: string[] = [];
  for (const token of tokens) {
    if (token === '(' || token === '{') open.push(token === '(' ? ')' : '}');
    else if ((token === ')' || token === '}') && open.pop() !== token) throw new Error(`wrong brackets: ${expression}`);
  }
  if (open.length > 0) throw new Error(`brackets are not closed: ${expression}`);
}

/** Throws where the expression cannot be read, or uses a function that is not known here. */
export function spokenOf(expression: string): Spoken {
  const tokens = tokensOf(expression);
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] as string;
    if (!isName(token) || WORDS.has(token)) continue;
    const next = tokens[i + 1];
    const end = (bracket: string): number => tokens.indexOf(bracket, i);
    if (GROUPING.has(token)) {
      if (next !== '(') throw new Error(`${token} without labels: ${expression}`);
      grouping.push(...tokens.slice(i + 2, end(')')).filter((one) => one !== ','));
      i = end(')');
    } else if (next === '(' || (next !== undefined && GROUPING.has(next) && FUNCTIONS.has(token))) {
      if (!FUNCTIONS.has(token)) throw new Error(`no such function here: ${token}`);
    } else if (next === '{') {
      selectors.push({ metric: token, labels: tokens.slice(i + 2, end('}')).filter(isName) });
      i = end('}');
    } else selectors.push({ metric: token, labels: [] });
  }
  return { selectors, grouping };
}
