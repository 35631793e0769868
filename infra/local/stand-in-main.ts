import { onStopSignal } from '../../lib/bin/stop-signals.ts';
import { startApplicationStandIn } from './application-stand-in.ts';
import { startAuthStandIn } from './auth-stand-in.ts';
import { settleCampus } from './campus.ts';
import { buildingsFrom } from './campus-buildings.ts';
import { LOCAL_JWT_SECRET } from './local-campus.ts';

/** One stand-in as a process of its own, for docker compose: `node infra/local/stand-in-main.ts auth-service`. */
async function main([name]: readonly string[]): Promise<void> {
  const peer = await start(name);
  process.stdout.write(`the stand-in of ${name} listens on ${peer.port}\n`);
  onStopSignal(() => void peer.stop().then(() => process.exit(0)));
}

function start(name: string | undefined) {
  const residents = settleCampus(buildingsFrom(process.env));
  const host = '0.0.0.0';
  switch (name) {
    case 'auth-service': {
      const jwtSecret = process.env.JWT_SECRET_KEY || LOCAL_JWT_SECRET;
      return startAuthStandIn({ port: portFrom('AUTH_GRPC_PORT', 50_051), host, residents, jwtSecret });
    }
    case 'application-service':
      return startApplicationStandIn({ port: portFrom('APPLICATION_GRPC_PORT', 50_055), host, residents });
    default:
      throw new Error('which stand-in: auth-service or application-service?');
  }
}

function portFrom(variable: string, fallback: number): number {
  return Number(process.env[variable]?.trim() || fallback);
}

await main(process.argv.slice(2));
