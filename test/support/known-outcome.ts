import type { KnownOutcome } from './seeded-batches.ts';

/**
 * What Node made of the first 24 seeded batches, signed by the P-256 key of 32 bytes of 7. Recorded once: a change of
 * the engine must not change it. The roots and the head cover every byte of nodes, records and commits.
 */
export const KNOWN_OUTCOME: KnownOutcome = {
  roots: [
    'bafyreibn27q7belpdvk7q3yecaklac22nsnjvbvrizzvdwdav5xhojbiz4',
    'bafyreibg54ye2ibsog4dc7zhwfxkdfvff5js7qsxjawb7y3qnuivwruwmm',
    'bafyreih457muhvk7hy7qpw34agkdxeebuyomwrb7qtbjcjjxm7qgwzcgoy',
    'bafyreibkvyjokoccjhn6w7wm5c2exhmvblfuhcsgmfam6ftqouucqdwz4u',
    'bafyreieuxxxoiplk7cozpeedltfgejb2552vjiqu6sv4higbguagym6ae4',
    'bafyreibvcvhfgpj4fgcssut4e2uuzkvjqppkek56zgvrjatg6xdhpa2vla',
    'bafyreidmjj3diirvpyvybpp3to7d47juhf52durgepaawbavvuczncevo4',
    'bafyreibnbccfqzgltfgffc7ehgcqzucnjh6ghmdc26zlrxe37vuhlw4edu',
    'bafyreibu64x3eyiirvwb3cnvp557bu5kapdmm3x6vfa5q7ogz3ubnfrene',
    'bafyreihwfhf2pb2qgc5kp2gyil74r3u3gyla2thx3pdv227tchm36qnsce',
    'bafyreihdbbd6aefyumir62d5z742zmmhta63zluotgjvywbb57chb6aqva',
    'bafyreica4arzi7yjzncr5gv4mgtj7bgrusnbr7m7uycqjzo64vkqfm26n4',
    'bafyreig4tkckznzhbboqpfi26lyjigyjxuul7ecjvq3zmcgw4cujeptxam',
    'bafyreicr7debkixzwjb445okqyd22vhluzltiuccsgy5kdlzy2ghqk6eme',
    'bafyreicohjotlj2fwfz6kpxwh4bm5awctgumhi6b4eopwuujhhwl7cbole',
    'bafyreievjaevo74mrmzzdlvjvvtct7euwmhpcq5ot7enqw2ddccz5yar6e',
    'bafyreiaih4cxukhof5abj6idnswv4tekyvyyr34bxtjmbmnaunlkrn7kee',
    'bafyreiewrglrkkyysu2sffiwgqdxh4i34jlminhwjfjhxtd3xuvffv2jam',
    'bafyreiddcu73fnwqd3a4ysothgyomfzpukunfpov4cckye2nqeywrg66pm',
    'bafyreiedntg6wf4zbuxwem2a5cmh5t7gpm4kkiqqkl2dqwociu4nmco2dq',
    'bafyreieqkhocxnp7tiscxne6s3x3ugdii3rd2q2d5mm6xm6ks7aqgcve3m',
    'bafyreifevkx5umkt7qqakgztitphbnlqy3lzlunmqv6elbadeo7qkmk4ei',
    'bafyreihnxs7rhcreraapu5j4urd6foubi32yab2iib5v7hseh5sdi6r4hy',
    'bafyreial4ipnt5tphxpukihvzrwsunblfxfbqpefc7rqfghxyyb6pytljy',
  ],
  head: 'bafyreia5unfqmuzfl32drbpy3zzzu2gr5iuyegedrqsdfwdop6joseo47u',
  carBytes: 101_940,
  records: 256,
};
