import { defineHostMethod } from '../../../../pds/index.ts';
import { datetimeFromMs, formatDidKey, lexicons } from '../../../../protocol/index.ts';
import { needsInvitation } from '../../../invitations.ts';
import type { MirrorHost } from '../../../mirror-host.ts';

export const describeMirror = defineHostMethod<MirrorHost>()(lexicons.AppHoldfastMirrorDescribe.mainSchema, async ({ host }) => {
  const { did, signer, version, now, description, limits, settings, direct } = host;
  return {
    did, version, limits,
    key: formatDidKey(signer.publicKey),
    time: datetimeFromMs(now()),
    handleDomains: description.availableUserDomains,
    directory: settings.directory,
    inviteRequired: needsInvitation(settings),
    ...(direct !== undefined && { webrtc: { iceServers: direct.iceServers } }),
    ...(description.contact !== undefined && { contact: description.contact }),
    ...(description.links !== undefined && { links: description.links }),
  };
});
