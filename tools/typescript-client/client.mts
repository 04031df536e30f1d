// What a consumer writes over the types that openapi-typescript makes of the document: it compiles in the strictest mode only where
// the document's paths, parameters, bodies and answers are what is used here. Prints what it read.
//   node client.mjs <url of the API> <access token>
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type NewOpportunity = components['schemas']['CreateOpportunity'];

const [url, token] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url!, headers: { Authorization: `Bearer ${token}` } });

const body: NewOpportunity = {
  title: 'By a typed client',
  description: 'Written in TypeScript.',
  client_name: 'Generated Ltd',
  estimated_budget: 12500.5,
  estimated_start_date: '2031-01-01T00:00:00Z',
  estimated_end_date: '2031-07-01T00:00:00Z',
  priority: 'HIGH',
};
const created = await client.POST('/api/v1/opportunities', { body });
if (!created.data) throw new Error(created.error.detail ?? created.error.title);

const read = await client.GET('/api/v1/opportunities/{id}', { params: { path: { id: created.data.id } } });
if (!read.data) throw new Error(read.error?.detail ?? 'not found');

const refused = await client.POST('/api/v1/opportunities', { body: { ...body, title: ' ' } });
console.log(JSON.stringify({ title: read.data.title, budget: read.data.estimated_budget, status: read.data.status, refused: refused.error }));
