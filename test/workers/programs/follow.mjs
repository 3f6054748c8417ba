// follow.mjs PLAN: a supervisor of echo.mjs that is followed by others. PLAN is a list in JSON: the first entry is for this
// program, the rest for its successor, which SIGUSR2 starts. SIGTERM stops it. It writes one JSON object a line.
import { Handover, Socket, Supervisor } from "pollux";

const [here, ...rest] = JSON.parse(process.argv[2]);
const { workers = 1, share, kind, wrong, readyMs = 20_000, ports = [0] } = here;
const say = (event, more) => console.log(JSON.stringify({ event, pid: process.pid, ...more }));

if (wrong === "exits") process.exit(3);
if (/^(dies|exits late|unanswered|lets go)$/.test(wrong)) interfere();
const handover = inherited();
if (wrong === "killed") process.kill(process.pid, "SIGKILL");
if (wrong === "silent") {
  say("silent");
  handover.signal.addEventListener("abort", () => say("not needed"));
} else if (wrong === "lets go") {
  setInterval(() => null, 60_000); // goes on without it
  await handover.ready();
} else {
  const known = new Map(handover?.sockets.map(({ localAddress: at }) => [String(at), at]));
  const listen = ports.map((port) => ({ address: "127.0.0.1", port }));
  const supervisor = await Supervisor.start(new URL("echo.mjs", import.meta.url), {
    workers,
    ...(share && { share }),
    ...(kind && { kind }),
    listen: handover ? [...known.values()] : listen,
    adopted: handover?.sockets ?? [],
    data: wrong === "workers exit" ? { wrong: "exits" } : {},
    pauseMs: 1,
  });
  try {
    await handover?.ready();
    serve(supervisor);
  } catch (error) {
    say("not needed", { reason: error.message });
    await supervisor.leave();
  }
}

/**
 * Ends as soon as it has said that it takes over, or lets go: the program before has not yet said that it leaves. Or
 * does not answer that, as earlier versions did not.
 */
function interfere() {
  const sendMessage = Reflect.get(Socket.prototype, "sendMessage");
  Socket.prototype.sendMessage = function (bytes, ...rest) {
    const { type } = JSON.parse(Buffer.from(bytes).toString());
    if (wrong === "unanswered" && type === "alone") return bytes.length;
    if (wrong === "unanswered" && type === "taken") {
      sendMessage.call(this, Buffer.from(JSON.stringify({ type })), ...rest);
      return bytes.length;
    }
    const sent = sendMessage.call(this, bytes, ...rest);
    if (type !== "taken") return sent;
    if (wrong === "lets go") {
      Socket.prototype.recvMessage = () => null; // the answer to it may be there at once
      queueMicrotask(() => {
        handover.close();
        say("let go");
      });
      return sent;
    }
    if (wrong === "dies") process.kill(process.pid, "SIGKILL");
    process.exit(4);
  };
}

/** On a busy machine the program before may have given this one up already. */
function inherited() {
  try {
    return Handover.inherited();
  } catch (error) {
    say("not needed", { reason: error.message });
    process.exit(1);
  }
}

function serve(supervisor) {
  process.on("SIGUSR2", async () => {
    const again = [process.argv[1], JSON.stringify(rest)];
    const options = { readyMs, data: { from: process.pid } };
    try {
      const successor = await Handover.start(supervisor, process.execPath, again, options);
      if (rest[0].stops) process.kill(successor.pid, "SIGSTOP");
      if (rest[0].orphan) return say("unconfirmed", { pid: successor.pid });
      const calledOff = new AbortController();
      const confirmed = successor.confirm(calledOff.signal);
      if (rest[0].calledOff) calledOff.abort(new Error("called off"));
      if (rest[0].cancels) successor.cancel();
      await confirmed;
      say("followed", { pid: successor.pid });
      say("left", { totals: await supervisor.leave() });
    } catch (error) {
      say("failed", { reason: error.message });
    }
  });
  process.on("SIGTERM", async () => say("stopped", { totals: await supervisor.stop() }));
  say("serving", {
    port: supervisor.addresses[0].port,
    sockets: supervisor.sockets.length,
    data: handover?.data,
  });
}
