import { startApplicationStandIn } from '../../infra/local/application-stand-in.ts';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { settleFullCampus } from './campus.ts';

/** Both peers in a process of their own, so that their work is nobody else's. */
const residents = settleFullCampus();
const auth = await startAuthStandIn({ port: 0, residents, jwtSecret: process.env.JWT_SECRET_KEY ?? '' });
const applications = await startApplicationStandIn({ port: 0, residents });
process.stdout.write(`${JSON.stringify({ rest_port: auth.port, grpc_port: applications.port })}\n`);
process.on('SIGTERM', () => void Promise.all([auth.stop(), applications.stop()]));
