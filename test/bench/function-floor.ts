import fastify from 'fastify';

/** What `npm run bench` compares the function's init with: Fastify alone, with one route. */
export const app = fastify();
app.get('/', async () => ({}));
await app.ready();
