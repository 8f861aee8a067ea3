/** The built pages: files of dist/web. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import type { RequestHandler } from 'express';

/** Where the build puts the pages, whether this runs built or from source; null: they are not built. */
export function pagesFolder(): string | null {
  const isBuilt = import.meta.filename.endsWith('.js');
  const folder = join(import.meta.dirname, isBuilt ? '../../web' : '../../../dist/web');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

/** Serves them: what has a hash in its name is kept for ever, the rest is asked for again. */
export const servePages = (folder: string): RequestHandler =>
  express.static(folder, {
    etag: true,
    setHeaders(response, path) {
      const isHashed = /[/\\]assets[/\\]/.test(path);
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
