// slow.mjs: a worker that never gets to the end of its imports.
await new Promise(() => setInterval(() => {}, 1000));
