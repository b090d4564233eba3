// Makes everything that a browser loads beside the pages: one style sheet for each direction, the typefaces' subsets, the scripts.
// Each file is named by its content, so that it can be kept for ever, and lies beside its compressed forms.
//   node build.mjs PROJECT OUTPUT
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { transform } from 'lightningcss';
import { PurgeCSS } from 'purgecss';
import rtlcss from 'rtlcss';
import * as sass from 'sass';

const [project, output] = process.argv.slice(2);
const made = {};
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

function add(name, bytes) {
  const extension = extname(name);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = `${name.slice(0, -extension.length)}.${hash}${extension}`;
  writeFileSync(join(output, file), bytes);
  if (extension !== '.woff2') {
    writeFileSync(join(output, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
    writeFileSync(join(output, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  }

  made[name] = file;
  return file;
}

// Typefaces: Latin, Cyrillic and Arabic; Chinese is set in the system's own. "optional": a page on which they are not there at once stays in the system's
// typeface, so that nothing moves while somebody reads; the next page has them.
const faces = [400, 600].flatMap(weight => [
  ['noto-sans', 'latin', weight], ['noto-sans', 'latin-ext', weight], ['noto-sans', 'cyrillic', weight], ['noto-sans-arabic', 'arabic', weight],
]);
const ranges = Object.fromEntries(['noto-sans', 'noto-sans-arabic'].map(family => [family, JSON.parse(readFileSync(`node_modules/@fontsource/${family}/unicode.json`, 'utf8'))]));
const fonts = faces.map(([family, subset, weight]) => {
  const file = add(`${subset}-${weight}.woff2`, readFileSync(`node_modules/@fontsource/${family}/files/${family}-${subset}-${weight}-normal.woff2`));
  return `@font-face{font-family:"Noto Sans";font-style:normal;font-weight:${weight};font-display:optional;src:url(${file}) format("woff2");unicode-range:${ranges[family][subset]}}`;
}).join('');

const compiled = sass.compile(join(project, 'Styles', 'app.scss'), { loadPaths: ['node_modules'], quietDeps: true, silenceDeprecations: ['import'] }).css;

// What no page names is left out: class names are therefore written in full wherever they are used.
const readers = ['.razor', '.cs', '.js'];
const content = readdirSync(project, { recursive: true }).filter(f => readers.includes(extname(f)) && !/^(obj|bin)[\\/]/.test(f)).map(f => join(project, f));
const [{ css: used }] = await new PurgeCSS().purge({
  content,
  css: [{ raw: compiled }],
  variables: true,
  safelist: { standard: [/^data-/, /^aria-/] },
  defaultExtractor: text => text.match(/[\w-]+/g) ?? [],
});

// About ten years of browsers: what is newer (light-dark(), for one) is written so that they understand it.
const targets = { chrome: 90 << 16, edge: 90 << 16, firefox: 91 << 16, safari: 15 << 16 };
for (const [name, css] of [['ltr.css', fonts + used], ['rtl.css', fonts + rtlcss.process(used)]]) {
  add(name, transform({ filename: name, code: Buffer.from(css), minify: true, targets }).code);
}

for (const script of readdirSync(join(project, 'Scripts'))) {
  add(script, readFileSync(join(project, 'Scripts', script)));
}

writeFileSync(join(output, 'manifest.json'), JSON.stringify(made));
