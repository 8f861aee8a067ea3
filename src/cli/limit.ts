import { InvalidArgumentError } from 'commander';

const MOST = 10_000;

/** Parses `--limit`. */
export function limitOf(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST)
    throw new InvalidArgumentError(`write a number from 1 to ${MOST}.`);
  return value;
}
