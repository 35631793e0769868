import { connect } from 'node:net';
import { workerData } from 'node:worker_threads';

/** A worker that asks the same on many connections, again as soon as it is answered or put out, until it is terminated. */

const { port, connections, pipelined, request }: RequestFlood = workerData;

export interface RequestFlood {
  readonly port: number;
  readonly connections: number;
  /** How many requests each connection sends at once. */
  readonly pipelined: number;
  readonly request: string;
}

function ask(): void {
  const socket = connect(port, '127.0.0.1');
  const send = () => socket.write(request.repeat(pipelined));
  let unanswered = pipelined;
  socket.on('error', () => {});
  socket.on('connect', send);
  // Every answer of the service has a trace id; how often is how many there were.
  socket.on('data', (chunk) => {
    unanswered -= chunk.toString('latin1').split('x-trace-id').length - 1;
    if (unanswered > 0) return;
    unanswered = pipelined;
    send();
  });
  socket.on('close', ask);
}

for (let opened = 0; opened < connections; opened += 1) ask();
