import type { Person } from '../model/person.ts';

/** `supervisor of sites berlin; services *`, `agent berlin/PJSIP/1001`, `viewer` */
export const personText = ({ role, sites, services, agentId }: Omit<Person, 'name'>): string => {
  if (role === 'agent') return `agent ${agentId}`;
  return role === 'supervisor' ? `supervisor of sites ${sites.join(', ')}; services ${services.join(', ')}` : role;
};
