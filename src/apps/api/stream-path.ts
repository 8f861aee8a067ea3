/** Where the board is followed. */
export const STREAM_PATH = '/v1/stream';
