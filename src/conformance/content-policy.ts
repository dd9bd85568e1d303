/**
 * Whether browsers run nothing by a header `content-security-policy`, and give what is there no origin. Of several policies each
 * holds, so that one that is strict enough will do.
 */
export function runsNothing(header: string): boolean {
  const policies = header.split(',').map(directivesOf);
  return policies.some((policy) => loadsNothing(policy)) && policies.some((policy) => isBoxed(policy));
}

/** The first directive of a name is the one that counts. */
function directivesOf(policy: string): ReadonlyMap<string, readonly string[]> {
  const directives = new Map<string, readonly string[]>();
  for (const directive of policy.split(';')) {
    const [name, ...values] = directive.trim().toLowerCase().split(/\s+/);
    if (name !== undefined && name !== '' && !directives.has(name)) directives.set(name, values);
  }
  return directives;
}

/** Nothing is loaded, and no script run, by another directive either. */
function loadsNothing(policy: ReadonlyMap<string, readonly string[]>): boolean {
  const isNone = (name: string): boolean => policy.get(name)?.join() === "'none'";
  return isNone('default-src') && ['script-src', 'script-src-elem', 'script-src-attr', 'object-src', 'worker-src'].every((name) => !policy.has(name) || isNone(name));
}

function isBoxed(policy: ReadonlyMap<string, readonly string[]>): boolean {
  const allowed = policy.get('sandbox');
  return allowed !== undefined && !allowed.includes('allow-scripts') && !allowed.includes('allow-same-origin');
}
