// The program that is bundled and compiled. It imports the package by name, and no module waits at its top: so
// it can become CommonJS as well.
import * as pollux from "pollux";
import { echoes } from "./echo.mjs";

const servers = (process.env.SERVERS ?? "EchoServer,EchoThread").split(",");
echoes(pollux, servers).then(
  () => {
    console.log(`echoed on ${pollux.MULTIPLEXERS.join(", ")}`);
    process.exit();
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
