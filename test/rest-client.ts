import { restClient as clientOf, type RestClient } from '../infra/clients/rest-client.ts';
import { bearer } from './campus.ts';

export type { Answer, Call, RestClient } from '../infra/clients/rest-client.ts';

/** Gives a client of a test's campus that speaks as an educator unless a call says otherwise (`authorization: null`: as nobody). */
export async function restClient(url: string): Promise<RestClient> {
  return clientOf(url, await bearer('educator'));
}
