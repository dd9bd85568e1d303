import { msg, str } from './i18n.ts';
import type { Params, Route } from './router.ts';

const records = (title: (params: Params) => string): Pick<Route, 'tag' | 'load' | 'title'> => ({
  tag: 'holdfast-records', load: () => import('./screens/records.ts'), title,
});

/** Every screen by its addresses. The parts after a colon reach it as the property `params`. */
export const ROUTES: readonly Route[] = [
  { pattern: '/', tag: 'holdfast-home', load: () => import('./screens/home.ts'), title: () => msg('Home') },
  { pattern: '/welcome', tag: 'holdfast-welcome', load: () => import('./screens/welcome.ts'), title: () => msg('Welcome') },
  { pattern: '/kit/:did', tag: 'holdfast-kit', load: () => import('./screens/kit.ts'), title: () => msg('Recovery kit') },
  { pattern: '/at/:did', ...records(() => msg('Records')) },
  { pattern: '/at/:did/:collection', ...records(({ collection = '' }) => msg(str`${collection} in Records`)) },
  { pattern: '/at/:did/:collection/:rkey', ...records(({ rkey = '' }) => msg(str`Record ${rkey}`)) },
  { pattern: '/compose', tag: 'holdfast-compose', load: () => import('./screens/compose.ts'), title: () => msg('Write a post') },
  { pattern: '/profile', tag: 'holdfast-profile', load: () => import('./screens/profile.ts'), title: () => msg('Profile') },
  { pattern: '/backups', tag: 'holdfast-backups', load: () => import('./screens/backups.ts'), title: () => msg('Backups') },
  { pattern: '/restore', tag: 'holdfast-restore', load: () => import('./screens/restore.ts'), title: () => msg('Restore') },
  { pattern: '/settings', tag: 'holdfast-settings', load: () => import('./screens/settings.ts'), title: () => msg('Settings') },
  { pattern: '/activity', tag: 'holdfast-activity', load: () => import('./screens/activity.ts'), title: () => msg('Activity') },
];
