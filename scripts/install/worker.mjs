import { parentPort } from "node:worker_threads";
import { MULTIPLEXERS } from "pollux";

parentPort.postMessage(MULTIPLEXERS.length);
