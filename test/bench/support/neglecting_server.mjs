// An echo server that lets its first connection wait until 500 messages of the others have passed, or none comes.
import { createServer } from "node:net";

let first;
let passed = 0;
const owed = [];
let timer;

function pay() {
  clearTimeout(timer);
  passed = 0;
  for (const chunk of owed.splice(0)) first.write(chunk);
}

const server = createServer({ noDelay: true }, (socket) => {
  // The greeting of each connection is answered at once.
  let greeted = false;
  first ??= socket;
  socket
    .on("error", () => undefined)
    .on("data", (chunk) => {
      if (socket !== first || !greeted) {
        greeted = true;
        socket.write(chunk);
        if (++passed === 500) pay();
        return;
      }
      owed.push(chunk);
      timer = setTimeout(pay, 50);
    });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("data", () => console.log("0 0")).on("end", () => process.exit(0));
