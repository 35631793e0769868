import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as a caller would make it. */
export interface Sent {
  readonly method: string;
  /** With the query, if there is one. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly cookies?: string[];
  readonly isBase64Encoded?: boolean;
}

/**
 * Gives the event that API Gateway's HTTP API makes of a request, in payload format 2.0: names of headers in lower
 * case, cookies apart from them, and the values of a repeated query parameter joined with commas.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf({
  method,
  url,
  headers,
  body,
  cookies,
  isBase64Encoded = false,
}: Sent): APIGatewayProxyEventV2 {
  const [path = '', query = ''] = url.split('?');
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  const domainName = 'patrols.execute-api.eu-central-1.amazonaws.com';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: domainName,
      'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(cookies && { cookies }),
    ...(query && { queryStringParameters: parameters }),
    ...(body !== undefined && { body: isBase64Encoded ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded,
    requestContext: {
      accountId: '000000000000',
      apiId: 'patrols',
      domainName,
      domainPrefix: 'patrols',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'curl/8' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '01/Dec/2025:19:30:00 +0000',
      timeEpoch: 1_764_617_400_000,
    },
  };
}
