// A plugin of rolldown: what the package takes from others goes into dist/ with their licences, so that whoever
// installs it needs no other package.
import { readdirSync, readFileSync } from "node:fs";

const NOTICES = "THIRD_PARTY_LICENSES.txt";
const PACKAGE = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/;

export function thirdParty() {
  return {
    name: "third-party",
    generateBundle(_options, bundle) {
      const bundled = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
      const folders = bundled
        .map((file) => PACKAGE.exec(file)?.[0])
        .filter((folder) => folder !== undefined);
      const source = [...new Set(folders)].sort().map(notice).join("\n");
      this.emitFile({ type: "asset", fileName: NOTICES, source });
    },
  };
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = readFileSync(`${folder}/${file}`, "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
