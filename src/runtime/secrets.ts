/** Secrets that a program makes and a person never chooses: 256 random bits. Nobody finds one by trying, so that a plain hash is enough. */
import { createHash, randomBytes } from 'node:crypto';

const TOKEN_PREFIX = 'ipnt_';

export const newSecret = (): string => randomBytes(32).toString('base64url');
export const newTokenSecret = (): string => `${TOKEN_PREFIX}${newSecret()}`;

/** What is kept of it. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
