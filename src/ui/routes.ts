import { msg, str } from './i18n.ts';
import { invited } from './state/invited.ts';
import type { Params, Route } from './router.ts';

/** A screen that is about the account. */
const own = (pattern: string, tag: string, load: Route['load'], title: Route['title']): Route =>
  ({ pattern, tag, load, title, needsAccount: true });

/** A screen that is there without an account too. */
const open = (...of: Parameters<typeof own>): Route => ({ ...own(...of), needsAccount: false });

const records = (pattern: string, title: (params: Params) => string): Route =>
  own(pattern, 'holdfast-records', () => import('./screens/records.ts'), title);

/** Every screen by its addresses. The parts after a colon reach it as the property `params`. */
export const ROUTES: readonly Route[] = [
  own('/', 'holdfast-home', () => import('./screens/home.ts'), () => msg('Home')),
  open('/welcome', 'holdfast-welcome', () => import('./screens/welcome.ts'), () => msg('Welcome')),
  own('/kit/:did', 'holdfast-kit', () => import('./screens/kit.ts'), () => msg('Recovery kit')),
  records('/at/:did', () => msg('Records')),
  records('/at/:did/:collection', ({ collection = '' }) => msg(str`${collection} in Records`)),
  records('/at/:did/:collection/:rkey', ({ rkey = '' }) => msg(str`Record ${rkey}`)),
  own('/compose', 'holdfast-compose', () => import('./screens/compose.ts'), () => msg('Write a post')),
  own('/profile', 'holdfast-profile', () => import('./screens/profile.ts'), () => msg('Profile')),
  {
    ...own('/mirror', 'holdfast-mirror', () => import('./screens/mirror.ts'), () => msg('Mirror')),
    // Whoever comes with an invitation is told there what it is for, and what comes first.
    get needsAccount() {
      return invited() === undefined;
    },
  },
  own('/devices', 'holdfast-devices', () => import('./screens/devices.ts'), () => msg('Devices')),
  own('/backups', 'holdfast-backups', () => import('./screens/backups.ts'), () => msg('Backups')),
  own('/backups/records', 'holdfast-take-back', () => import('./screens/take-back.ts'), () => msg('Records from a file')),
  open('/restore', 'holdfast-restore', () => import('./screens/restore.ts'), () => msg('Restore')),
  open('/settings', 'holdfast-settings', () => import('./screens/settings.ts'), () => msg('Settings')),
  open('/check', 'holdfast-check', () => import('./screens/check.ts'), () => msg('Check my house')),
  own('/storage', 'holdfast-storage', () => import('./screens/storage.ts'), () => msg('Storage')),
  own('/identity', 'holdfast-identity', () => import('./screens/identity.ts'), () => msg('Identity')),
  open('/help', 'holdfast-help', () => import('./screens/help.ts'), () => msg('Help')),
  own('/activity', 'holdfast-activity', () => import('./screens/activity.ts'), () => msg('Activity')),
];
