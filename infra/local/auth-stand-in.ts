import * as grpc from '@grpc/grpc-js';
import { jwtVerify } from 'jose';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/auth.ts';
import type { CheckUserRoleRequest__Output as CheckUserRoleRequest } from '../../proto/generated/campus/auth/CheckUserRoleRequest.ts';
import type { CheckUserRoleResponse } from '../../proto/generated/campus/auth/CheckUserRoleResponse.ts';
import type { GetUserInfoRequest__Output as GetUserInfoRequest } from '../../proto/generated/campus/auth/GetUserInfoRequest.ts';
import type { GetUsersRequest__Output as GetUsersRequest } from '../../proto/generated/campus/auth/GetUsersRequest.ts';
import type { GetUsersResponse } from '../../proto/generated/campus/auth/GetUsersResponse.ts';
import type { UserInfoResponse } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import type { ValidateTokenRequest__Output as ValidateTokenRequest } from '../../proto/generated/campus/auth/ValidateTokenRequest.ts';
import type { ValidateTokenResponse } from '../../proto/generated/campus/auth/ValidateTokenResponse.ts';
import type { Resident } from './campus.ts';
import { type PeerHandler, type PeerStandIn, startPeer, statusError } from './peer-server.ts';

export interface AuthHandlers {
  ValidateToken: PeerHandler<ValidateTokenRequest, ValidateTokenResponse>;
  GetUserInfo: PeerHandler<GetUserInfoRequest, UserInfoResponse>;
  GetUsers: PeerHandler<GetUsersRequest, GetUsersResponse>;
  CheckUserRole: PeerHandler<CheckUserRoleRequest, CheckUserRoleResponse>;
}

export interface AuthStandInOptions {
  readonly port: number;
  /** 127.0.0.1 unless other containers are to reach it. */
  readonly host?: string;
  readonly residents: readonly Resident[];
  readonly jwtSecret: string;
  readonly clock?: () => Date;
  /** So many listings, from the first one on, change their order between their pages; none by default. */
  readonly unsettled?: number;
}

const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 100;

/** Starts a stand-in of auth-service that behaves like the deployed one (docs/contract.md, *gRPC consumed*). */
export function startAuthStandIn(options: AuthStandInOptions): Promise<PeerStandIn<AuthHandlers>> {
  const { port, host, residents, jwtSecret, clock = () => new Date(), unsettled = 0 } = options;
  const { service } = loadProto<ProtoGrpcType>('auth.proto').campus.auth.AuthService;
  const people = new Map(residents.map((resident) => [resident.user_id, resident]));
  const known = (userId: string): Resident => {
    const resident = people.get(userId.toLowerCase());
    if (!resident) throw statusError(grpc.status.NOT_FOUND, 'no such user');
    return resident;
  };

  let listings = 0;
  return startPeer<AuthHandlers>({
    port,
    host,
    service,
    behaviour: {
      async ValidateToken({ token }) {
        const claims = await readToken(token, jwtSecret, clock());
        if (!claims) return { valid: false };
        const { building, entrance, floor, room, roles } = people.get(claims.userId) ?? nobody;
        return {
          valid: true,
          user_id: claims.userId,
          roles: claims.roles ?? roles,
          ...{ building, entrance, floor, room },
        };
      },

      GetUserInfo: async ({ user_id }) => known(user_id),

      async GetUsers(request) {
        const found = residentsOf(residents, request);
        const isFirst = request.page <= 1;
        if (isFirst) listings += 1;
        // Backwards, the later pages give what the first one gave: nobody learns of the last ones.
        return page(isFirst || listings > unsettled ? found : found.toReversed(), request);
      },

      CheckUserRole: async ({ user_id, required_role }) => ({
        has_role: known(user_id).roles.includes(required_role),
      }),
    },
  });
}

const nobody = { building: '', entrance: 0, floor: 0, room: '', roles: [] };

interface Claims {
  readonly userId: string;
  /** The roles that the token itself names, if it does. */
  readonly roles: string[] | undefined;
}

/** Gives whose token it is, or null for one that auth-service does not like, for whatever reason. */
async function readToken(token: string, secret: string, now: Date): Promise<Claims | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      requiredClaims: ['exp'],
      currentDate: now,
    });
    if (payload.type === 'refresh' || typeof payload.sub !== 'string' || payload.sub === '') return null;
    return {
      userId: payload.sub,
      roles: Array.isArray(payload.roles) ? payload.roles.map(String) : undefined,
    };
  } catch {
    return null;
  }
}

/** `role` is ignored, as the deployed one may do: staff and adults come along. */
function residentsOf(residents: readonly Resident[], { building, entrance, floor, room }: GetUsersRequest) {
  return residents.filter(
    (resident) =>
      (building === '' || resident.building === building) &&
      (entrance === 0 || resident.entrance === entrance) &&
      (floor === 0 || resident.floor === floor) &&
      (room === '' || resident.room === room),
  );
}

/**
 * Gives one page of a listing that is no snapshot: the last of a page comes again as first of the next one. That
 * takes a place of the page, so `pages` may be more than `total / size`, and all of them cover everybody.
 */
function page(found: Resident[], request: Pick<GetUsersRequest, 'page' | 'size'>): GetUsersResponse {
  const number = request.page > 0 ? request.page : 1;
  const size = request.size > 0 ? Math.min(request.size, LARGEST_SIZE) : DEFAULT_SIZE;
  // A page of one has no place to spare for a repeat.
  const step = size > 1 ? size - 1 : 1;
  const pages = found.length === 0 ? 0 : 1 + Math.ceil(Math.max(0, found.length - size) / step);
  const start = (number - 1) * step;
  const users = number <= pages ? found.slice(start, start + size) : [];
  return { users, total: found.length, page: number, size, pages };
}
