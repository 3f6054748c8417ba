/**
 * Whether the runtime's event loop is libuv: true in Node.js, false in Bun and Deno. Those export functions of
 * libuv's names all the same, for other addons. Bun ends the process in most of them, and Deno's watch a loop of
 * their own: so none may be called where this is false.
 */
export const HAS_LIBUV = !("bun" in process.versions || "deno" in process.versions);
