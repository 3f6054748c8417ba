// Tests of Node that node:net passes and pollux/net does not, each with the reason. The names are without "test-"
// and ".js". A reason may stand for several.
export const REASONS = {};
