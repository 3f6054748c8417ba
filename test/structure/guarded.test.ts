import ts from "typescript";
import { describe, expect, it } from "vitest";
import { publicProgram } from "../support/compiler.ts";
import { ROOT, filesOf, read } from "./source.ts";

// What users write and the library calls: functions in the interfaces that they implement, and function
// parameters of exported classes. Found from what `lib/index.ts` exports, so a new one counts at once.

/** Direct calls that are right, and why: file and enclosing function. */
const DIRECT: Readonly<Record<string, string>> = {
  "lib/runtime/guard.ts call: callback": "is the guard",
  "lib/reactor/pause.ts #create: onReady": "is its own, in a timer of the reactor",
  "lib/reactor/timers.ts run: callback": "is the reactor's, which hands it to the guard",
  "lib/reactor/reactor.ts constructor: onReady": "hands to the guard what it throws or returns",
  "lib/reactor/handlers.ts use: onData": "hands to the guard what it throws or returns",
  "lib/multiplexer/ready_list.ts deliver: onReady": "throws to who waits, as the contract says",
  "lib/multiplexer/async_wait.ts #goOn: next": "throws to who waits, as the contract says",
  "lib/servers/proxy_protocol.ts onClose: onClose":
    "is called by a connection, by way of the guard",
  "lib/servers/proxy_protocol.ts onData: onData": "is called by a connection, by way of the guard",
  "lib/servers/proxy_protocol.ts onDrain: onDrain":
    "is called by a connection, by way of the guard",
  "lib/servers/proxy_protocol.ts onEnd: onEnd": "is called by a connection, by way of the guard",
  "lib/servers/stream_server.ts onClose: onClose": "is called by a connection, by way of the guard",
  "lib/servers/stream_server.ts onData: onData": "is called by a connection, by way of the guard",
  "lib/servers/stream_server.ts onDrain: onDrain": "is called by a connection, by way of the guard",
  "lib/servers/stream_server.ts onEnd: onEnd": "is called by a connection, by way of the guard",
  "lib/servers/tcp_udp_echo_server.ts stop: onStopped":
    "is called by its server of TCP, by the guard",
  "lib/workers/shared_sockets.ts constructor: onConnection":
    "is called by a listener, by way of the guard",
  "lib/experiments/herd_worker.ts onConnection: onConnection":
    "is called by a listener, by way of the guard",

  "lib/servers/sctp_echo_socket.ts drain: onReady": "is its own",
  "lib/servers/sctp_echo_socket.ts #retryLater: onReady": "is its own, in a timer of the reactor",
};

/** What is called when something happens. What a caller waits for, a decoder for example, throws to that. */
const CALLBACK = /^(on[A-Z]\w*|callback|next)$/;

/** The names under which users give functions, in declarations that `index.ts` exports. */
function callbackNames(program: ts.Program): Set<string> {
  const checker = program.getTypeChecker();
  const index = program.getSourceFile(`${ROOT}lib/index.ts`)!;
  const names = new Set<string>();
  const isFunction = (symbol: ts.Symbol): boolean =>
    checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, index)).getCallSignatures()
      .length > 0;
  const parametersOf = (type: ts.Type): ts.Symbol[] =>
    [...type.getCallSignatures(), ...type.getConstructSignatures()].flatMap(
      ({ parameters }) => parameters,
    );
  const visit = (type: ts.Type): void => {
    for (const parameter of parametersOf(type)) {
      if (isFunction(parameter)) names.add(parameter.name);
    }
    for (const member of type.getProperties()) {
      const isDeclaredHere = member.declarations?.[0]?.getSourceFile().fileName.startsWith(ROOT);
      if (!isDeclaredHere) continue;
      const memberType = checker.getTypeOfSymbolAtLocation(member, index);
      for (const parameter of parametersOf(checker.getNonNullableType(memberType))) {
        if (isFunction(parameter)) names.add(parameter.name);
      }
      if (isFunction(member) && /^on[A-Z]/.test(member.name)) names.add(member.name);
    }
  };
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(index)!)) {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & ts.SymbolFlags.Value) visit(checker.getTypeOfSymbol(symbol));
    if (symbol.flags & ts.SymbolFlags.Type) visit(checker.getDeclaredTypeOfSymbol(symbol));
  }
  return new Set([...names].filter((name) => CALLBACK.test(name)));
}

/** Calls of functions with one of these names which no guard makes, as "file function: name". */
function directCalls(file: string, text: string, names: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, within: string, guarded: boolean): void => {
    const name = ts.isCallExpression(node) ? calleeOf(node) : undefined;
    if (name !== undefined && names.has(name) && !guarded) found.push(`${file} ${within}: ${name}`);
    const [inner, isGuarded] = [nameOf(node) ?? within, guarded || isGuardedArgument(node)];
    ts.forEachChild(node, (child) => {
      visit(child, inner, isGuarded);
    });
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), "", false);
  return found;
}

function calleeOf({ expression }: ts.CallExpression): string | undefined {
  // The function itself, or its call() and apply().
  const callee =
    ts.isPropertyAccessExpression(expression) && /^(call|apply)$/.test(expression.name.text)
      ? expression.expression
      : expression;
  if (ts.isIdentifier(callee)) return callee.text;
  // What is private was put there by the class itself, and an iterator has a next() of its own.
  const isCallback = ts.isPropertyAccessExpression(callee) && /^on[A-Z]/.test(callee.name.text);
  return isCallback ? callee.name.text : undefined;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const isNamed = ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node);
  return isNamed ? node.name?.getText() : undefined;
}

/** A function that is handed to `guard.call(…)`, as it is. */
function isGuardedArgument(node: ts.Node): boolean {
  if (!ts.isArrowFunction(node) || !ts.isCallExpression(node.parent)) return false;
  return /\bguard\.call$|#guard\.call$/.test(node.parent.expression.getText());
}

describe("user code", () => {
  const names = callbackNames(publicProgram());

  it("is called by way of the guard, or for a reason", () => {
    const calls = filesOf(ROOT, "lib", ".ts")
      // In lib/net/ it is as with node:net: what a listener throws is an uncaught exception.
      .filter((file) => !/^lib\/(cli|native|net|sys)\//.test(file))
      .flatMap((file) => directCalls(file, read(ROOT, file), names));

    expect([...new Set(calls)].sort()).toEqual(Object.keys(DIRECT).sort());
  });

  it("goes by names that are found", () => {
    expect([...names].sort()).toEqual([
      ...[
        "callback",
        "next",
        "onCancel",
        "onChild",
        "onClose",
        "onConnect",
        "onConnection",
        "onData",
        "onDrain",
        "onDrained",
        "onEnd",
      ],
      ...["onError", "onLog", "onNotification", "onProgress", "onReady", "onStopped"],
      ...["onTurnedAway", "onWorker"],
    ]);
  });

  it("is found where it is called directly, and not where a guard calls it", () => {
    const text = `
      class Server {
        serve() { this.options.onConnection(1); this.#guard.call(() => this.options.onConnection(1)); }
        end(callback) { callback?.(); callback.call(this); setTimeout(() => onClose(null), 0); }
      }`;

    expect(directCalls("a.ts", text, new Set(["onConnection", "callback", "onClose"]))).toEqual([
      "a.ts serve: onConnection",
      ...["a.ts end: callback", "a.ts end: callback", "a.ts end: onClose"],
    ]);
  });
});
