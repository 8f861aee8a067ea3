import type { SiteSettings } from '../../settings/index.ts';
import { examineAmi } from './ami.ts';
import { examineAriSite } from './ari-site.ts';
import { examineEsl } from './esl.ts';
import type { Finding } from './finding.ts';

/** Looks at a site as the adapter of its kind would. */
export async function examineSite(site: SiteSettings): Promise<Finding[]> {
  switch (site.kind) {
    case 'asterisk-ami':
      return examineAmi(site);
    case 'asterisk-ari':
      return examineAriSite(site);
    case 'freeswitch':
      return examineEsl(site);
  }
}
