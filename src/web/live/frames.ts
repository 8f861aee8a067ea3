/** Reads a `text/event-stream` as it comes in. Pure. */

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

export interface Read {
  readonly events: readonly StreamEvent[];
  /** The end of what came, which belongs to an event that is not whole yet. */
  readonly rest: string;
}

/** Takes what was left over and what came since. Comments (the server's pings) are no events. */
export function readFrames(rest: string, chunk: string): Read {
  const blocks = `${rest}${chunk.replaceAll('\r\n', '\n')}`.split('\n\n');
  const left = blocks.pop() ?? '';
  return { events: blocks.flatMap(readBlock), rest: left };
}

function readBlock(block: string): readonly StreamEvent[] {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? [] : [{ event, data: data.join('\n') }];
}
