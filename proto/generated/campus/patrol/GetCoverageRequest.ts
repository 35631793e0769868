// Original file: proto/patrol.proto


export interface GetCoverageRequest {
  'date'?: (string);
}

export interface GetCoverageRequest__Output {
  'date': (string);
}
