// `node --import pollux/net/register program.js` runs a program, with node:http and node:https, over pollux/net.
import cluster from "node:cluster";
import { replaceNodeNet } from "./replace.ts";

// Workers of node:cluster get their listening sockets from libuv, in the primary process.
replaceNodeNet({ servers: !cluster.isWorker });
