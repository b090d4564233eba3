// Fails where a package that we use, directly or not, has a licence that is not in .ci/licences.json. NuGet's are read from the packages that restore has put on
// this machine, npm's from its lock files. Whoever adds a package with another licence reads it, and adds it to the list or not the package.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const allowed = JSON.parse(readFileSync(new URL('licences.json', import.meta.url)));
const root = new URL('..', import.meta.url).pathname;
const skipped = new Set(['node_modules', 'bin', 'obj', '.git', '.data']);
const files = function* (folder, name) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* files(join(folder, entry.name), name);
    } else if (entry.name === name) {
      yield join(folder, entry.name);
    }
  }
};

// "MIT OR Apache-2.0" is good where one is, "MIT AND ISC" where both are.
const good = (expression) => expression.replaceAll(/[()]/g, '').split(' OR ').some((choice) => choice.split(' AND ').every((one) => allowed.expressions.includes(one.trim())));
const problems = new Set();
const seen = new Set();
const check = (id, version, licence) => {
  seen.add(`${id} ${version}`);
  if (!(licence && good(licence)) && !(allowed.read[id]?.includes(licence ?? 'none'))) {
    problems.add(`${id} ${version}: ${licence ?? 'no licence is named'}`);
  }
};

const packages = execFileSync('dotnet', ['nuget', 'locals', 'global-packages', '--list'], { encoding: 'utf8' }).split('global-packages:')[1].trim();
for (const file of files(root, 'packages.lock.json')) {
  for (const framework of Object.values(JSON.parse(readFileSync(file)).dependencies)) {
    for (const [id, { type, resolved }] of Object.entries(framework)) {
      if (type === 'Project') continue;
      const nuspec = join(packages, id.toLowerCase(), resolved.toLowerCase(), `${id.toLowerCase()}.nuspec`);
      if (!existsSync(nuspec)) {
        problems.add(`${id} ${resolved}: not restored`);
        continue;
      }
      const text = readFileSync(nuspec, 'utf8');
      check(id, resolved, /<license type="expression">([^<]+)</.exec(text)?.[1] ?? /<license type="file">([^<]+)</.exec(text)?.[1] ?? /<licenseUrl>([^<]+)</.exec(text)?.[1]);
    }
  }
}

for (const file of files(root, 'package-lock.json')) {
  for (const [path, { version, license }] of Object.entries(JSON.parse(readFileSync(file)).packages)) {
    if (path) check(path.split('node_modules/').at(-1), version, license);
  }
}

console.log(problems.size === 0 ? `${seen.size} packages, every licence may be used` : [...problems].sort().join('\n'));
process.exit(problems.size === 0 ? 0 : 1);
