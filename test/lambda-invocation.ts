import type { Context as Invocation } from 'aws-lambda';

/** Lambda's own word about an invocation; nothing here reads it. */
export const INVOCATION: Invocation = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'patrol-service',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:patrol-service',
  memoryLimitInMB: '512',
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  logGroupName: '/aws/lambda/patrol-service',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 30_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
