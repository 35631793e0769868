import { WINDOW } from '../queries.ts';

/** Every query of the Service dashboard is about the instances that are chosen at its top. */
export const INSTANCES = 'instance=~"$instance"';

/** The statuses by which the service, not its caller, is at fault: UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE. */
export const FAULTY_CODES = '2|4|13|14';

/** Requests of the API: those for probes, metrics and documentation have no operation. */
const REST = `operation!="",${INSTANCES}`;

/** Gives rates of REST requests, one a series; `suffix` is `count` or `bucket`. */
export function restRate(suffix: 'count' | 'bucket', filter = ''): string {
  return `rate(http_server_request_duration_seconds_${suffix}{${filter}${REST}}${WINDOW})`;
}

/** Gives rates of gRPC calls served, one a series. */
export function grpcRate(suffix: 'count' | 'bucket', filter = ''): string {
  return `rate(rpc_server_duration_seconds_${suffix}{${filter}${INSTANCES}}${WINDOW})`;
}

/** Gives rates of calls to peers, one a series. */
export function peerRate(suffix: 'count' | 'bucket', filter = ''): string {
  return `rate(rpc_client_duration_seconds_${suffix}{${filter}${INSTANCES}}${WINDOW})`;
}

/** Gives rates of SQL statements, one a series. */
export function statementRate(suffix: 'count' | 'bucket', filter = ''): string {
  return `rate(db_client_operation_duration_seconds_${suffix}{${filter}${INSTANCES}}${WINDOW})`;
}

export const REST_FAULTS = restRate('count', 'http_response_status_code=~"5..",');
export const GRPC_FAULTS = grpcRate('count', `rpc_grpc_status_code=~"${FAULTY_CODES}",`);

/**
 * Gives rates of what went wrong, with a zero for what goes well: a series of errors exists only after its first one,
 * and an empty graph does not say whether nothing failed or nothing was measured.
 */
export function faultsOrZero(by: string, faults: string, all: string): string {
  return `sum by (${by}) (${faults}) or sum by (${by}) (${all}) * 0`;
}
