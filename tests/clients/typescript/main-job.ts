// The main job through a client whose types are generated from the OpenAPI document: what compiles here, an integrator can write.
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const [, , baseUrl, administratorToken, coordinatorToken, filesJson] = process.argv as [string, string, string, string, string, string];
const files = JSON.parse(filesJson) as { path: string; content: string }[];
const id = 'typescript';
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${administratorToken}` } });
const coordinator = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${coordinatorToken}` } });

/** The data and the ETag of a response, or an error that says what the server answered. */
async function expect<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<{ data: T; etag: string }> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return { data, etag: response.headers.get('ETag') ?? '' };
}

await expect(client.POST('/api/v1/questionnaires', { body: { files } }));
const questionnaire = { id, version: '1.0' };
const planned = await expect(client.PUT('/api/v1/cycles/{cycle}', {
  params: { path: { cycle: id } }, body: { name: '2026', questionnaire, startsOn: '2026-01-01' },
}));
await expect(client.POST('/api/v1/cycles/{cycle}/open', { params: { path: { cycle: id }, header: { 'If-Match': planned.etag } } }));

for (let i = 0; i < 10; i++) {
  const state = `TS${i}`;
  await expect(client.PUT('/api/v1/states/{state}', { params: { path: { state } }, body: { name: `Demo State ${i}` } }));
  await expect(coordinator.PUT('/api/v1/states/{state}/profile', { params: { path: { state } }, body: { questionnaire, fields: { exporter: true } } }));
  const opened = await expect(coordinator.POST('/api/v1/states/{state}/assessments', { params: { path: { state } }, body: { cycle: id } }));
  const level = i < 5 ? 'some' : 'full';
  const answers = Object.fromEntries(['a1', 'a2', 'b1', 'b2'].map((question) => [question, { value: level }]));
  const path = { state, cycle: id };
  const saved = await expect(coordinator.PATCH('/api/v1/states/{state}/assessments/{cycle}/answers', {
    params: { path, header: { 'If-Match': opened.etag, 'Idempotency-Key': `${state}-answers` } }, body: { answers },
  }));
  const result = await expect(coordinator.GET('/api/v1/states/{state}/assessments/{cycle}/result', { params: { path } }));
  if (result.data.scores.sections[0]?.measures[0]?.outcome !== 'scored') throw new Error('The result has no score.');
  const signedOff = await expect(coordinator.POST('/api/v1/states/{state}/assessments/{cycle}/sign-off', { params: { path, header: { 'If-Match': saved.etag } } }));
  await expect(coordinator.PUT('/api/v1/states/{state}/assessments/{cycle}/consent', {
    params: { path, header: { 'If-Match': signedOff.etag } }, body: { choice: 'joinAggregate' },
  }));
}

const stale = await client.POST('/api/v1/cycles/{cycle}/close', { params: { path: { cycle: id }, header: { 'If-Match': '"99"' } } });
if (stale.response.status !== 412 || stale.error?.currentVersion === undefined) throw new Error('A stale version should be refused with the current one.');
const current = await expect(client.GET('/api/v1/cycles/{cycle}', { params: { path: { cycle: id } } }));
const closed = await expect(client.POST('/api/v1/cycles/{cycle}/close', { params: { path: { cycle: id }, header: { 'If-Match': current.etag } } }));
for (let i = 0; ; i++) {
  const run = await expect(client.GET('/api/v1/release-runs/{run}', { params: { path: { run: closed.data.id } } }));
  if (run.data.status === 'succeeded') break;
  if (i > 300) throw new Error('The release run did not end.');
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const preview = await expect(client.GET('/api/v1/release-previews/{release}', { params: { path: { release: `${id}-R1` } } }));
await expect(client.POST('/api/v1/release-previews/{release}/freeze', { params: { path: { release: `${id}-R1` }, header: { 'If-Match': preview.etag } } }));
const release = await expect(client.GET('/api/v1/releases/{release}', { params: { path: { release: `${id}-R1` } } }));
const mean = release.data.themes[0]?.mean;
const trend = await expect(client.GET('/api/v1/trends/{questionnaire}', { params: { path: { questionnaire: id } } }));
console.log(JSON.stringify({ participants: release.data.participation.participants, mean, points: trend.data.themes[0]?.points.length }));
