/**
 * ARI operations as requests. The names, paths and places of parameters come from Asterisk's own declarations, which
 * ari-client loads; so an operation means the same over HTTP (by ari-client) and over the websocket (by us). Pure.
 */

export type Params = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** What is read of ari-client's `_swagger.apis[resource].operations[operation]`. */
export interface Declaration {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly { readonly name: string; readonly paramType: string }[];
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The channel (or bridge) is gone, or no longer ours. */
export function isGone(reply: Reply): boolean {
  const { status } = reply;
  // 400 is what addChannel says of a channel that is not there (res/ari/resource_bridges.c, get_controls).
  return (
    status === 404 || status === 409 || status === 412 || status === 422 || (status === 400 && notFound(reply.body))
  );
}

export const isDone = (reply: Reply): boolean => reply.status >= 200 && reply.status < 300;

const messageOf = (body: unknown): string => {
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : '';
};

/** The message of an answer that says no, bounded, for logs and errors. */
export const reasonOf = (reply: Reply): string => `${reply.status} ${messageOf(reply.body)}`.trim().slice(0, 200);

const notFound = (body: unknown) => /not (found|in stasis)/i.test(messageOf(body));

/**
 * ari-client's errors have no status: `Error('{"message": "..."}')`. The texts are those of Asterisk 22.10.1's res/ari
 * (resource_channels.c, find_control; resource_bridges.c, find_bridge; `ast_ari_response_alloc_failed`).
 */
export function replyOfError(error: unknown): Reply {
  const text = error instanceof Error ? error.message : String(error);
  const body = parseJson(text) ?? { message: text };
  const message = messageOf(body);
  const status = /not in stasis|not in this bridge|invalid state|already/i.test(message)
    ? 409
    : /not found/i.test(message)
      ? 404
      : /unauthorized|authentication required/i.test(message)
        ? 401
        : /forbidden|denied/i.test(message)
          ? 403
          : /invalid|missing|required|must|does not exist/i.test(message)
            ? 400
            : 500;
  return { status, body };
}

export interface RestRequest {
  readonly type: 'RESTRequest';
  readonly transaction_id: string;
  readonly request_id: string;
  readonly method: string;
  readonly uri: string;
  readonly query_strings: readonly { readonly name: string; readonly value: string }[];
  readonly content_type?: string;
  readonly message_body?: string;
}

/** A request over the websocket (Asterisk 20.14, 21.9, 22.4 and later). */
export function toRestRequest(id: string, declaration: Declaration, params: Params): RestRequest {
  const given = declaration.parameters.filter(({ name }) => params[name] !== undefined);
  const textOf = (name: string) => {
    const value = params[name] ?? '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const uri = given
    .filter(({ paramType }) => paramType === 'path')
    .reduce((path, { name }) => path.replace(`{${name}}`, encodeURIComponent(textOf(name))), declaration.path);
  const body = given.find(({ paramType }) => paramType === 'body');
  return {
    type: 'RESTRequest',
    transaction_id: id,
    request_id: id,
    method: declaration.method.toUpperCase(),
    uri: uri.replace(/^\//, ''),
    query_strings: given
      .filter(({ paramType }) => paramType === 'query')
      .map(({ name }) => ({ name, value: textOf(name) })),
    ...(body && { content_type: 'application/json', message_body: bodyText(body.name, params[body.name]) }),
  };
}

/** ari-client takes `variables` with or without their wrapper; ARI wants it. */
function bodyText(name: string, value: Params[string] | undefined): string {
  const wrap = name === 'variables' && typeof value === 'object' && !('variables' in value);
  return JSON.stringify(wrap ? { variables: value } : value);
}

/** The answer to a request over the websocket, and whose it is. */
export function toReply(json: Readonly<Record<string, unknown>>): { readonly id: string; readonly reply: Reply } {
  const text = json['message_body'];
  return {
    id: String(json['request_id'] ?? ''),
    reply: {
      status: Number(json['status_code'] ?? 0),
      body: typeof text === 'string' ? (parseJson(text) ?? null) : null,
    },
  };
}

/** JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
