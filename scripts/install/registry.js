// A registry of npm on the loopback, which has one package of its own and fetches all others. So every package
// manager installs the packed tarball as it will be installed when it is published.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

// Some package managers refuse what was published only just now.
const PUBLISHED = "2020-01-01T00:00:00.000Z";

/**
 * @param tarball - the package that it has
 * @param upstream - the address of the registry that has the others
 * @returns its address, and `close`
 */
export async function startRegistry(tarball, manifest, upstream) {
  const cache = new Map();
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      (error) => response.writeHead(502, { "content-type": "text/plain" }).end(String(error)),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  const own = ownAnswers(tarball, manifest, address);

  async function answer({ method, url }) {
    const path = decodeURIComponent(url.split("?")[0]).slice(1);
    if (own[path]) return own[path];
    // Such as questions about advisories.
    if (method !== "GET") return json({}, 404);
    cache.set(path, cache.get(path) ?? fetchUpstream(path));
    return cache.get(path);
  }

  async function fetchUpstream(path) {
    const isTarball = path.endsWith(".tgz");
    const base = isTarball ? new URL("/", upstream) : upstream;
    const name = isTarball ? path : path.replace(/^(@[^/]+)\//, "$1%2f");
    const fetched = await fetch(new URL(name, base));
    const body = Buffer.from(await fetched.arrayBuffer());
    if (isTarball || !fetched.ok) {
      return { status: fetched.status, type: "application/octet-stream", body };
    }
    const document = JSON.parse(body);
    for (const { dist } of Object.values(document.versions ?? {})) {
      dist.tarball = new URL(new URL(dist.tarball).pathname, address).href;
    }
    return json(document);
  }

  return {
    address,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

function ownAnswers(tarball, manifest, address) {
  const body = readFileSync(tarball);
  const { name, version } = manifest;
  const file = `${name}/-/${basename(tarball)}`;
  const hash = (algorithm, encoding) => createHash(algorithm).update(body).digest(encoding);
  const dist = {
    tarball: `${address}${file}`,
    shasum: hash("sha1", "hex"),
    integrity: `sha512-${hash("sha512", "base64")}`,
  };
  const described = { ...manifest, dist };
  return {
    [file]: { status: 200, type: "application/octet-stream", body },
    [`${name}/latest`]: json(described),
    [`${name}/${version}`]: json(described),
    [name]: json({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: described },
      time: { created: PUBLISHED, modified: PUBLISHED, [version]: PUBLISHED },
    }),
  };
}

function json(value, status = 200) {
  return { status, type: "application/json", body: Buffer.from(JSON.stringify(value)) };
}
