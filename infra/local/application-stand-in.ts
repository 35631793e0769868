import * as grpc from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import { DateTime } from 'luxon';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/application.ts';
import type { GetApprovedLeavesRequest__Output as GetApprovedLeavesRequest } from '../../proto/generated/campus/application/GetApprovedLeavesRequest.ts';
import type { GetApprovedLeavesResponse } from '../../proto/generated/campus/application/GetApprovedLeavesResponse.ts';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import type { Resident } from './campus.ts';
import { leavesOf } from './leaves.ts';
import { type PeerHandler, type PeerStandIn, startPeer, statusError } from './peer-server.ts';

export interface ApplicationHandlers {
  GetApprovedLeaves: PeerHandler<GetApprovedLeavesRequest, GetApprovedLeavesResponse>;
}

export interface ApplicationStandInOptions {
  readonly port: number;
  /** 127.0.0.1 unless other containers are to reach it. */
  readonly host?: string;
  readonly residents: readonly Resident[];
}

/** Starts a stand-in of application-service that behaves like the deployed one (docs/contract.md, *gRPC consumed*). */
export function startApplicationStandIn(
  options: ApplicationStandInOptions,
): Promise<PeerStandIn<ApplicationHandlers>> {
  const { port, host, residents } = options;
  const { service } = loadProto<ProtoGrpcType>('application.proto').campus.application.ApplicationService;
  // Every start asks for many dates: what is measured is the service, not how this stand-in makes leaves up.
  const given = new LRUCache<string, LeaveRecord[]>({ max: 10_000 });
  return startPeer<ApplicationHandlers>({
    port,
    host,
    service,
    behaviour: {
      async GetApprovedLeaves({ date, building, entrance }) {
        if (!DateTime.fromFormat(date, 'yyyy-MM-dd').isValid) {
          throw statusError(grpc.status.INVALID_ARGUMENT, 'date must be YYYY-MM-DD');
        }
        const key = `${date}/${building}/${entrance}`;
        const records = given.get(key) ?? leavesOf(residents, date, { building, entrance });
        given.set(key, records);
        return { records };
      },
    },
  });
}
