import http from "node:http";
import express from "express";
import fastify from "fastify";
import { describe, expect, it } from "vitest";
import { attach, createServer } from "../../lib/net/index.ts";
import { shell } from "../support/program.ts";
import { NAMES, served } from "./serving.ts";

describe.each(NAMES)("attach on %s", (multiplexer) => {
  it("lets express answer", async () => {
    const app = express();
    app.use(express.json());
    app.post("/double", (request, response) => {
      const { n } = request.body as { n: number };
      response.json({ n: 2 * n, ip: request.ip });
    });
    const port = await served(http.createServer(app), multiplexer);

    const answer = await shell(
      `curl -sS --fail --json '{"n":21}' http://127.0.0.1:${String(port)}/double`,
    );

    expect(JSON.parse(answer)).toEqual({ n: 42, ip: "127.0.0.1" });
  });

  it("lets fastify answer, listen and close by itself, with its `serverFactory`", async () => {
    const app = fastify({
      serverFactory: (handler) => attach(http.createServer(handler), createServer({ multiplexer })),
    });
    app.get("/hello/:name", (request) => ({ hello: request.params, ip: request.ip }));

    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const answer = await shell(`curl -sS --fail ${url}/hello/pollux`);

    expect(JSON.parse(answer)).toEqual({ hello: { name: "pollux" }, ip: "127.0.0.1" });
    await app.close();
    expect(app.server.listening).toBe(false);
  });
});
