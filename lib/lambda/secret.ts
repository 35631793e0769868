import { AwsClient } from 'aws4fetch';
import { ConfigError } from '../config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A silent Secrets Manager must not use up the ten seconds of an init. */
const LIMIT_MS = 3000;

/**
 * Returns the settings in the secret `PATROL_SECRET_ID` of Secrets Manager, a JSON object, or none without that
 * variable.
 * @throws {ConfigError} when the secret cannot be read.
 */
export async function readSecret(environment: Environment): Promise<Environment> {
  const { PATROL_SECRET_ID: id, AWS_REGION: region = '', AWS_ENDPOINT_URL_SECRETS_MANAGER } = environment;
  if (!id) return {};
  const endpoint = AWS_ENDPOINT_URL_SECRETS_MANAGER || `https://secretsmanager.${region}.amazonaws.com`;
  try {
    const response = await clientOf(environment, region).fetch(`${endpoint}/`, {
      method: 'POST',
      body: JSON.stringify({ SecretId: id }),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.GetSecretValue',
      },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!response.ok)
      throw new Error(`Secrets Manager answered ${response.status}: ${await response.text()}`);
    return settingsOf(await response.json());
  } catch (error) {
    throw new ConfigError('The secret that PATROL_SECRET_ID names could not be read', { cause: error });
  }
}

/** Signs with the function's role. The whole AWS SDK would be a large part of every cold start. */
function clientOf(environment: Environment, region: string): AwsClient {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = environment;
  return new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    ...{ region, service: 'secretsmanager', retries: 1 },
  });
}

/** Returns the settings in a response. @throws without the text: it is a secret even if it is not the expected JSON. */
function settingsOf(answer: unknown): Environment {
  const text = typeof answer === 'object' && answer && 'SecretString' in answer ? answer.SecretString : null;
  if (typeof text !== 'string') throw new Error('the secret has no text');
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed(text))) settings.set(name, String(value));
  return Object.fromEntries(settings);
}

function parsed(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // JSON.parse quotes its input, which would log the secret.
    throw new Error('the secret is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new Error('the secret is not a JSON object');
  return value;
}
