/** The query of a customer source as it is sent: `?` in the places of its values. */
export interface CustomerQuery {
  readonly sql: string;
  /** What stands for each `?`: the caller's number in E.164, or the id that the dialplan collected. */
  readonly params: readonly ('number' | 'id')[];
}

/** Quoted texts, names and comments, and what means something outside of them. */
const PIECE = /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`[^`]*`|(?:--\s|#)[^\n]*|\/\*|:[A-Za-z_]\w*|[;?]|['"`]/g;
/** What locks rows or puts the answer somewhere. */
const NOT_READING = /\bfor\s+(?:update|share)\b|\block\s+in\s+share\s+mode\b|\binto\b/i;

/** Reads `SELECT ... WHERE phone = :number`: one statement that reads. A text says what is wrong with it. */
export function parseCustomerQuery(text: string): CustomerQuery | string {
  const params: ('number' | 'id')[] = [];
  let fault = '';
  const whole = text.trim().replace(/\s*;\s*$/, '');
  const sql = whole.replace(PIECE, (piece, at: number) => {
    if (piece === ':number' || piece === ':id') {
      params.push(piece === ':number' ? 'number' : 'id');
      return '?';
    }
    if (piece.startsWith('-') || piece.startsWith('#')) return ' ';
    if (piece.length > 1 && /^['"`]/.test(piece)) return piece;
    fault ||= faultOf(piece, at + 1);
    return piece;
  });
  if (fault !== '') return fault;
  const bare = whole.replace(PIECE, ' ');
  if (!/^(?:select|with)\b/i.test(bare.trim())) return 'it is no SELECT';
  const locks = NOT_READING.exec(bare);
  if (locks) return `"${locks[0].toLowerCase()}" does more than read`;
  return params.length === 0 ? 'neither :number nor :id is in it' : { sql, params };
}

function faultOf(piece: string, at: number): string {
  if (piece === ';') return `there are several statements (the ";" at character ${at})`;
  if (piece === '?') return `"?" at character ${at} has no value: write :number or :id`;
  if (piece === '/*') return `the comment at character ${at} could hide what it does`;
  if (piece.startsWith(':')) return `"${piece}" at character ${at} is not known: there are :number and :id`;
  return `the quote at character ${at} does not end`;
}
