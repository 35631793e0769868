import { connect } from 'node:net';

/** The health check of a stand-in's container: exit code 0 if somebody listens on the port, `node port-check.ts 50051`. */
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]), timeout: 3000 });
socket.once('connect', () => process.exit(0));
socket.once('timeout', () => process.exit(1));
socket.once('error', () => process.exit(1));
