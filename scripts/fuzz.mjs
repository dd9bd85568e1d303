// `npm run fuzz -- [--seconds N] [--seed S] [--target car|cbor|node|commit|frame|json|talk|kit|all] [--replay FILE]`
import '../test/fuzz/run.ts';
